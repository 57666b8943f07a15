import Glibc
import ISO7816

/// An answer to reset: every byte of it is accounted for, and everything that is told of it can be asked.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzATR(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let answer = try? AnswerToReset(bytes: bytes) else { return 0 }
    guard answer.bytes == bytes, answer.historicalRange.upperBound <= count, answer.historicalBytes.count <= 15 else { abort() }
    guard String(describing: answer).utf8.count > 0, answer.offeredProtocols.allSatisfy({ $0 <= 15 }) else { abort() }
    // What it says of extended length decides how a card is spoken to.
    let plan = LengthMemory().plan(
        reader: "fuzz", card: bytes, readerCarriesExtended: nil, declaration: answer.extendedLengthDeclaration)
    guard (plan == .short) == (answer.extendedLengthDeclaration == .notDeclared) else { abort() }
    guard answer.historical.objects.count <= 15 else { abort() }
    return 0
}
