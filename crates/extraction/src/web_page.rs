//! Web pages: the main part's headings, paragraphs, lists and tables.

use dom_query::{Document, NodeRef};
use knowledge::document::Facts;
use knowledge::reading::{BlockKind, Reading};

use crate::flow::Flow;
use crate::text_encoding;

/// Elements whose text is no text of the document.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "head", "nav", "aside", "form", "button", "select",
    "svg", "iframe", "object", "dialog",
];
/// Elements that begin and end a block.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "address",
    "details",
    "summary",
    "table",
    "caption",
    "hr",
    "body",
];

pub(crate) fn read(bytes: &[u8]) -> Option<Reading> {
    let text = text_encoding::decoded_page(bytes)?;
    let document = Document::from(text.as_str());
    let first = |selector: &str| {
        let text = document.select(selector).first().text().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let title = first("title");
    let language = document.select("html").attr("lang").map(|tag| tag.trim().to_owned());
    let language = language.filter(|tag| !tag.is_empty());
    // The part that calls itself the main one; without it, everything but the page's furniture.
    let main = document.select("main, [role=main]");
    let articles = document.select("article");
    let (root, whole) = match (main.nodes().first(), articles.nodes()) {
        (Some(main), _) => (Some(*main), false),
        (None, [article]) => (Some(*article), false),
        _ => (document.body(), true),
    };
    let mut page = Page { whole, ..Page::default() };
    if let Some(root) = root {
        page.walk(root);
    }
    page.close();
    let facts = Facts { title: title.or_else(|| page.flow.title()), language, ..Facts::default() };
    Some(Reading { facts, blocks: page.flow.blocks, ..Reading::default() })
}

#[derive(Default)]
struct Page {
    flow: Flow,
    /// Whether headers and footers of the page are inside.
    whole: bool,
    text: String,
    kind: Option<BlockKind>,
    /// The rows of the table that is open, each with whether it is the header.
    cells: Vec<String>,
    row_is_header: bool,
    rows: usize,
    tables: usize,
}

enum Step<'a> {
    Enter(NodeRef<'a>),
    Leave(String),
}

impl Page {
    /// Without recursion: pages nest as deep as their author likes.
    fn walk(&mut self, root: NodeRef<'_>) {
        let mut steps = vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(name) => self.leave(&name),
                Step::Enter(node) if node.is_text() => self.text.push_str(&node.text()),
                Step::Enter(node) => {
                    let Some(name) = node.node_name().map(|name| name.to_string()) else {
                        continue;
                    };
                    if self.is_skipped(&name, &node) {
                        continue;
                    }
                    self.enter(&name);
                    steps.push(Step::Leave(name));
                    steps.extend(node.children_it(true).map(Step::Enter));
                }
            }
        }
    }

    fn is_skipped(&self, name: &str, node: &NodeRef<'_>) -> bool {
        SKIPPED.contains(&name)
            || (self.whole && matches!(name, "header" | "footer"))
            || node.has_attr("hidden")
            || node.attr("aria-hidden").is_some_and(|value| value.as_ref() == "true")
    }

    fn enter(&mut self, name: &str) {
        match name {
            "br" => self.text.push('\n'),
            "table" => {
                self.close();
                self.tables += 1;
                self.rows = 0;
            }
            "tr" if self.tables > 0 => {
                self.cells.clear();
                self.text.clear();
                self.row_is_header = self.rows == 0;
            }
            "td" | "th" if self.tables > 0 => self.text.clear(),
            _ if self.tables > 0 => self.text.push(' '),
            "li" => {
                self.close();
                self.kind = Some(BlockKind::ListItem);
            }
            _ if heading(name).is_some() => {
                self.close();
                self.kind = heading(name);
            }
            _ if BLOCKS.contains(&name) && self.kind != Some(BlockKind::ListItem) => self.close(),
            _ if BLOCKS.contains(&name) => self.text.push(' '),
            _ => {}
        }
    }

    fn leave(&mut self, name: &str) {
        match name {
            "td" | "th" if self.tables > 0 => self.cells.push(std::mem::take(&mut self.text)),
            "tr" if self.tables > 0 => {
                self.flow.add_row(self.row_is_header, &self.cells, None);
                self.cells.clear();
                self.rows += 1;
            }
            "caption" => {
                let caption = std::mem::take(&mut self.text);
                self.flow.add(BlockKind::Paragraph, &caption, None);
            }
            "table" => {
                self.tables = self.tables.saturating_sub(1);
                self.text.clear();
            }
            _ if self.tables > 0 => self.text.push(' '),
            "li" | "ul" | "ol" => self.close(),
            _ if heading(name).is_some() => self.close(),
            _ if BLOCKS.contains(&name) && self.kind != Some(BlockKind::ListItem) => self.close(),
            _ if BLOCKS.contains(&name) => self.text.push(' '),
            _ => {}
        }
    }

    fn close(&mut self) {
        let kind = self.kind.take().unwrap_or(BlockKind::Paragraph);
        let text = std::mem::take(&mut self.text);
        self.flow.add(kind, &text, None);
    }
}

fn heading(name: &str) -> Option<BlockKind> {
    let level = name.strip_prefix('h')?.parse::<u8>().ok()?;
    (1..=6).contains(&level).then_some(BlockKind::Heading(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(page: &str) -> Vec<(BlockKind, String)> {
        let reading = read(page.as_bytes()).unwrap();
        reading.blocks.into_iter().map(|block| (block.kind, block.text)).collect()
    }

    #[test]
    fn structure_is_kept_and_furniture_is_not() {
        let page = "<html lang=fr><head><title>Fiche</title><style>x</style></head><body><nav>Accueil</nav>\
            <header>Portail</header><h1>Passeport <b>biométrique</b></h1><p>Un<br>deux.</p><ul><li><p>CIN</p>\
            <ul><li>copie</li></ul></li><li>Photos</li></ul><table><tr><th>Cas<th>Prix<tr><td>Adulte<td>550 DH\
            </table><p>المادة 3</p><script>y</script><footer>Contact</footer></body></html>";
        let expect = [
            (BlockKind::Heading(1), "Passeport biométrique"),
            (BlockKind::Paragraph, "Un deux."),
            (BlockKind::ListItem, "CIN"),
            (BlockKind::ListItem, "copie"),
            (BlockKind::ListItem, "Photos"),
            (BlockKind::TableHeader, "Cas | Prix"),
            (BlockKind::TableRow, "Adulte | 550 DH"),
            (BlockKind::Heading(4), "المادة 3"),
        ];
        assert_eq!(blocks(page), expect.map(|(kind, text)| (kind, text.to_owned())));
        let facts = read(page.as_bytes()).unwrap().facts;
        assert_eq!(
            (facts.title.as_deref(), facts.language.as_deref()),
            (Some("Fiche"), Some("fr"))
        );
    }

    #[test]
    fn the_main_part_is_read() {
        let page = "<body><div>Menu</div><main><header><h2>Titre</h2></header>Texte</main><div>Pied</div></body>";
        let expect = [(BlockKind::Heading(2), "Titre"), (BlockKind::Paragraph, "Texte")];
        assert_eq!(blocks(page), expect.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn deep_nesting_ends() {
        let page = format!("{}mot{}", "<div>".repeat(2_000), "</div>".repeat(2_000));
        assert_eq!(blocks(&page).len(), 1);
    }

    #[test]
    fn a_page_says_its_encoding() {
        let page =
            b"<html><head><meta charset=\"windows-1256\"></head><body><p>\xe4\xd5</p></body>";
        assert_eq!(read(page).unwrap().blocks[0].text, "نص");
    }
}
