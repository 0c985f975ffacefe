//! Three messages as citizens write them. All persons and numbers are invented.

/// One message.
pub(super) struct Message {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

pub(super) const MESSAGES: &[Message] = &[
    Message {
        title: "A complaint in French",
        text: "Bonjour, je m'appelle Zineb Oukacha, CIN DA48213, née le 03/11/1979. Les lampadaires de \
               notre rue à Azrou sont en panne depuis janvier. Vous pouvez me joindre au 0662 18 45 09 \
               ou à zineb.oukacha@example.ma. Merci de votre aide.",
    },
    Message {
        title: "A letter in Arabic",
        text: "السيد الرئيس، أنا المواطن يوسف بنعمرو، رقم بطاقتي الوطنية BK482913، أطلب نسخة من عقد \
               ازدياد ابنتي سلمى بنعمرو. رقم هاتفي ٠٦٦١٢٣٤٥٦٧. وتقبلوا فائق الاحترام.",
    },
    Message {
        title: "A message in Arabizi",
        text: "salam, smiti Hamza Lahrichi, cin dialii AE 91827, bghit n3ref wach ldossier dyali wajed. \
               tel: 07.68.11.90.34, choukran bzaf",
    },
];
