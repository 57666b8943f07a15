import ReaderKit
import ReaderTransport

extension ReaderError {
    /// How a transfer of a CCID interface ended that did not complete.
    init(ending status: TransferStatus) {
        self =
            switch status {
            case .completed, .aborted: ReaderError(.cancelled, cause: "the transfer was given up")
            case .unplugged: ReaderError(.readerGone)
            case .heldByAnother: ReaderError(.readerHeld)
            case .overflow: ReaderError(.inputOutput, cause: "a message longer than the reader declares")
            case .stalled: ReaderError(.inputOutput, cause: "the reader halts its endpoint")
            default: ReaderError(.inputOutput, cause: "\(status)")
            }
    }
}
