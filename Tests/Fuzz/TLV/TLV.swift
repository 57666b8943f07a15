import Glibc
import ISO7816

/// Data objects of a card, walked to a depth of eight: every object lies inside the one above it, and the walk goes forward.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLV(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    walk(bytes, TLVCursor(0..<count), within: 0..<count, depth: 0)
    walk(bytes, TLVCursor(0..<count, filler: .skip), within: 0..<count, depth: 0)
    if case .whole(let length)? = try? TLVSize(prefix: bytes.span), length < 2 { abort() }
    var simple = SimpleTLVCursor(0..<count)
    while let element = try? simple.next(in: bytes.span) {
        guard element.value.upperBound <= count else { abort() }
    }
    return 0
}

private func walk(_ bytes: [UInt8], _ start: TLVCursor, within range: Range<Int>, depth: Int) {
    var cursor = start
    var end = range.lowerBound
    while let element = try? cursor.next(in: bytes.span) {
        guard element.range.lowerBound >= end, element.range.upperBound <= range.upperBound, element.headerCount >= 2,
            element.value.upperBound == element.range.upperBound, element.tagNumber >= 0
        else { abort() }
        end = element.range.upperBound
        if element.isConstructed && depth < 8 { walk(bytes, element.contents, within: element.value, depth: depth + 1) }
    }
}
