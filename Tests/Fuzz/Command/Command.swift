import Glibc
import ISO7816

/// A command APDU as bytes: what is taken for one is written back to the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCommand(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let layout = try? CommandLayout(bytes.span) else { return 0 }
    guard layout.data.upperBound <= count, (0...65_536).contains(layout.expected) else { abort() }
    guard let command = try? CommandAPDU(bytes: bytes) else { abort() }
    guard (try? command.encoded(form: layout.isExtended ? .extended : .short)) == bytes else { abort() }
    guard !command.description.isEmpty else { abort() }
    return 0
}
