import Glibc
import ISO7816

/// A card that answers with whatever it likes: the bytes are its answers, the first byte of each its length. Continuing ends, and never
/// with more than a response may hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponse(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var rules = ResponseContinuation(expected: bytes.first.map { Int($0) } ?? 0)
    var position = 1
    var steps = 0
    while position < bytes.count {
        let end = min(bytes.count, position + 1 + Int(bytes[position]))
        let answer = Array(bytes[position + 1..<end])
        position = end
        guard let response = try? ResponseAPDU(bytes: answer) else {
            if answer.count >= 2 { abort() }
            continue
        }
        guard response.encoded == answer, !response.status.meaning.english.isEmpty else { abort() }
        switch rules.next(after: response.status, dataCount: response.data.count) {
        case .done, .failed: return 0
        case .getResponse(let expected), .resend(let expected): if !(1...256).contains(expected) { abort() }
        }
        steps += 1
        if steps > ResponseContinuation.maximumSteps || rules.dataCount > ResponseContinuation.maximumData { abort() }
    }
    return 0
}
