import Glibc
import MyNumberCard

/// The signed files of the 券面事項確認AP and the key of the text application: each is one or an error, and no part of it is longer than it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCardFace(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let face = try? CardFace(fileContents: bytes) {
        let parts = [face.nameImage, face.addressImage, face.photograph, face.securityCodeImage]
        guard parts.reduce(0, { $0 + $1.count }) < count, "\(face)" == "personal data" else { abort() }
        if (try? face.isSigned(by: face.publicKey)) == nil { abort() }
    }
    if let record = try? AgeRecord(fileContents: bytes), (try? record.isSigned(by: record.publicKey)) == nil { abort() }
    if let key = try? TextCardKey(fileContents: bytes), (try? key.isSigned(by: key.publicKey)) == nil { abort() }
    return 0
}
