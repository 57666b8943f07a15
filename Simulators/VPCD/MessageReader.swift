/// Takes apart what vpcd sends: two bytes of length, most significant first, then so many bytes.
///
/// Whoever is at the other end may be hostile; any bytes are accepted, in pieces of any size.
struct MessageReader {
    /// The longest message that two bytes of length can announce.
    static let longest = 65_535

    private var buffer: [UInt8] = []
    private var start = 0

    /// Whether it holds so much that a whole message must be among it: time to take some out before more is put in.
    var isFull: Bool { buffer.count - start >= Self.longest + 2 }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        // What has been taken out goes at a time when little has to be moved.
        if start == buffer.count || start > Self.longest {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message without its length; `nil` while there is none.
    mutating func next() -> [UInt8]? {
        guard buffer.count - start >= 2 else { return nil }
        let length = Int(buffer[start]) << 8 | Int(buffer[start + 1])
        guard buffer.count - start - 2 >= length else { return nil }
        let body = Array(buffer[(start + 2)..<(start + 2 + length)])
        start += 2 + length
        return body
    }
}
