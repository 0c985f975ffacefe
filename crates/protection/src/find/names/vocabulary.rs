//! How often words are met in general text, by hash: a word that everybody writes is seldom a name.

use std::sync::{Arc, LazyLock};

use crate::find::keys::KeyMap;

const BUILT_IN: &[u8] = include_bytes!("../../../../../models/names/frequencies.bin");

/// Word keys and how frequent each is, in six steps.
#[derive(Debug, Default)]
pub struct Vocabulary {
    steps: KeyMap<u8>,
}

impl Vocabulary {
    /// The one that is part of the program, read once and shared by all detectors.
    pub fn built_in() -> Arc<Self> {
        static READ: LazyLock<Arc<Vocabulary>> =
            LazyLock::new(|| Arc::new(Vocabulary::read(BUILT_IN)));
        READ.clone()
    }

    /// Reads the written form; whatever does not follow it ends the reading.
    pub fn read(bytes: &[u8]) -> Self {
        let mut steps = KeyMap::default();
        let mut last = 0_u64;
        let mut rest = bytes;
        while let Some((delta, after)) = read_number(rest) {
            let Some((step, after)) = after.split_first() else { break };
            last = last.wrapping_add(delta);
            steps.insert(last, *step);
            rest = after;
        }
        Self { steps }
    }

    /// The written form of keys with their steps.
    pub fn write(steps: &std::collections::BTreeMap<u64, u8>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut last = 0;
        for (key, step) in steps {
            write_number(key - last, &mut bytes);
            bytes.push(*step);
            last = *key;
        }
        bytes
    }

    /// The short key under which a word key is kept.
    pub fn short(word: u64) -> u64 {
        word >> 34
    }

    /// How often the word is met, from 0 (never) to 5 (everywhere).
    pub fn frequency(&self, word: u64) -> u8 {
        self.steps.get(&Self::short(word)).copied().unwrap_or_default()
    }
}

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn write_number(mut number: u64, bytes: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(number & 127).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 128);
    }
}

/// Reads what [`write_number`] wrote.
pub(super) fn read_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(byte & 127) << (7 * at);
        if byte & 128 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}
