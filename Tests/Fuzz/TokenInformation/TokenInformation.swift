import Glibc
import MyNumberCard

/// What the applications say of themselves: each is one or an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokenInformation(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let token = try? TokenDescription(fileContents: bytes) {
        guard count >= 160, token.label.utf8.count <= 32, token.label.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { abort() }
    }
    _ = try? TextInformation(fileContents: bytes)
    if let face = try? FaceInformation(fileContents: bytes), face.municipality.utf8.count != 5 { abort() }
    return 0
}
