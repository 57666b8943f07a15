import Glibc
import MyNumberCard

/// The four items and their integrity record: each is one or an error, and its text has no control character.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFourItems(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let items = try? FourItems(fileContents: bytes) {
        guard items.name.utf8.count + items.address.utf8.count < count, !items.name.utf8.contains(where: { $0 < 0x20 }) else { abort() }
    }
    _ = try? FourItemsIntegrity(fileContents: bytes)
    return 0
}
