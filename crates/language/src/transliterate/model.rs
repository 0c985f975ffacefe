//! The model file: the channel, the prior and the list of foreign words, one after the other behind a mark.

use super::channel::Channel;
use super::prior::Prior;
use super::table::Table;

const MARK: &[u8; 8] = b"IGTRAN01";

/// Why a model of transliteration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The file does not begin as one of this version does.
    #[error("the model of transliteration has another format; train it again with this version")]
    Format,
    /// The file is shorter or longer than its counts say.
    #[error("the model of transliteration is incomplete; fetch or train it again")]
    Length,
}

/// All that is learnt.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) channel: Channel,
    pub(super) prior: Prior,
    /// From keys of lower-case Latin words to what they cost in French (low byte) and English (high byte).
    pub(super) foreign: Table,
    /// From keys of plain Latin words to what they cost in Darija.
    pub(super) own: Table,
}

impl Model {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        self.channel.write(&mut out);
        self.prior.write(&mut out);
        self.foreign.write(&mut out);
        self.own.write(&mut out);
        out
    }

    pub(super) fn read(mut bytes: &[u8]) -> Result<Self, ModelError> {
        if take::<8>(&mut bytes)? != *MARK {
            return Err(ModelError::Format);
        }
        let channel = Channel::read(&mut bytes)?;
        let prior = Prior::read(&mut bytes)?;
        let foreign = Table::read(&mut bytes)?;
        let own = Table::read(&mut bytes)?;
        if bytes.is_empty() {
            Ok(Self { channel, prior, foreign, own })
        } else {
            Err(ModelError::Length)
        }
    }
}

/// Moves `bytes` past an array at their start.
pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], ModelError> {
    let (own, rest) = bytes.split_first_chunk::<N>().ok_or(ModelError::Length)?;
    *bytes = rest;
    Ok(*own)
}
