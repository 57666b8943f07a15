import CPCSC
import ReaderTransport

/// The name of a reader as the service gives it: bytes that end with 0 and need not be UTF-8.
struct ReaderName: Sendable, Hashable {
    private let bytes: [CChar]

    /// The name that libpcsclite wrote, without its 0.
    init(_ bytes: some Sequence<CChar>) { self.bytes = Array(bytes) + [0] }

    /// The name for people and selectors; what is not UTF-8 in it is shown as U+FFFD.
    var text: String { String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }

    /// The reader as something that could be opened.
    var description: AttachmentDescription { AttachmentDescription(name: text, product: text) }

    /// Calls `body` with the name as C takes it.
    func withPointer<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body($0.baseAddress) }
    }

    /// Calls `body` with several names as C takes them, in order.
    static func withPointers(_ names: [ReaderName], _ body: ([UnsafePointer<CChar>?]) -> Void) {
        names.flatMap(\.bytes).withUnsafeBufferPointer { all in
            var start = 0
            body(
                names.map { name in
                    defer { start += name.bytes.count }
                    return all.baseAddress.map { $0 + start }
                })
        }
    }
}
