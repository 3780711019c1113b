//! What an SMSC hands over is acknowledged when it has been kept, and not before: whatever ends in between, the SMSC still has
//! it and comes again.

use rusmpp::CommandStatus;
use tokio::sync::mpsc;

use super::incoming::Delivery;

/// Something that an SMSC hands over, and the answer that it waits for.
#[derive(Debug)]
pub struct Coming {
    pub delivery: Delivery,
    pub acknowledgement: Acknowledgement,
}

/// The answer to a `deliver_sm`. Dropped without a word, it asks the SMSC to come again (SMPP 3.4 §5.1.3, `ESME_RX_T_APPN`).
#[derive(Debug)]
pub struct Acknowledgement {
    sequence: u32,
    status: CommandStatus,
    session: mpsc::UnboundedSender<(u32, CommandStatus)>,
}

impl Acknowledgement {
    pub(super) fn new(sequence: u32, session: mpsc::UnboundedSender<(u32, CommandStatus)>) -> Self {
        Self { sequence, status: CommandStatus::EsmeRxTAppn, session }
    }

    /// It has been kept.
    pub fn kept(mut self) {
        self.status = CommandStatus::EsmeRok;
    }
}

impl Drop for Acknowledgement {
    fn drop(&mut self) {
        // The session may be over; then the SMSC comes again by itself.
        let _ = self.session.send((self.sequence, self.status));
    }
}
