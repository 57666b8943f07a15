import ReaderKit
import ReaderTransport
import Station

/// A command under way on a lane, until its answer has come (USB CCID 1.1 clause 6).
struct Exchange {
    let command: CommandMessage
    let slot: Int
    let sequence: UInt8
    let purpose: Purpose
    let began: Instant
    var phase: Phase
    var strays = 0
    var hasCleared = false
    // Whether the reader has taken all of the command.
    var isWritten = false

    enum Purpose: Equatable {
        /// Somebody waits for the answer.
        case call
        /// Nobody does: what it tells of the card is in `slots`.
        case poll
        /// A person is asked; how it ended is told later.
        case question(PromptID)
    }

    enum Phase {
        case writing(TransferID)
        case reading
        case clearing(TransferID, then: ReaderError?)
    }
}
