import Glibc
import MyNumberCard

/// The record of serial, municipality and expiry: it is one or an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIssueRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let record = try? IssueRecord(record: bytes) else { return 0 }
    guard record.serial.utf8.count == 15, record.municipality.utf8.count == 5, record.expiry.day >= 1 else { abort() }
    return 0
}
