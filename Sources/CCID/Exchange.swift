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
        /// Nobody waits here for what comes back; it is told later.
        case escape(TransferID)

        /// Whether nothing is owed where it was given up.
        var isEscape: Bool { if case .escape = self { true } else { false } }
    }

    enum Phase {
        case writing(TransferID)
        case reading
        case clearing(TransferID, then: ReaderError?)
    }
}

extension ResponseMessage {
    /// What came back in `message`, or what went wrong; with the card it has nothing to do.
    func escaped(_ message: [UInt8]) -> Result<[UInt8], ReaderError> {
        if case .failed(let error) = outcome { return .failure(error.readerError(card: .inactive)) }
        return .success(Array(message[data]))
    }
}
