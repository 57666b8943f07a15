/// A frame of the link: start 05, two bytes of length, the data block, a check byte that is the XOR of length and data block, stop 0A (the
/// maker's reference manual, clause 5.4).
struct ReaderFrame {
    private var bytes: [UInt8] = []

    /// What a piece has completed.
    enum Event {
        case block([UInt8])
        case damaged
    }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func clear() { bytes = [] }

    /// Adds a piece. One that does not begin with the start byte, where a frame must begin, is damaged.
    mutating func add(_ piece: [UInt8]) -> Event? {
        bytes += piece
        guard let start = bytes.first else { return nil }
        guard start == 0x05 else { return fail() }
        guard bytes.count > 2 else { return nil }
        let length = Int(bytes[1]) * 256 + Int(bytes[2])
        let total = length + 5
        if bytes.count < total { return nil }
        // A frame ends with its piece: the next one begins a piece of its own.
        guard bytes.count == total, bytes[total - 1] == 0x0A else { return fail() }
        var check: UInt8 = 0
        for byte in bytes[1..<total - 2] { check ^= byte }
        guard check == bytes[total - 2] else { return fail() }
        defer { clear() }
        return .block(Array(bytes[3..<total - 2]))
    }

    private mutating func fail() -> Event {
        clear()
        return .damaged
    }

    static func around(_ block: [UInt8]) -> [UInt8] {
        let length = [UInt8(block.count / 256), UInt8(block.count % 256)]
        var check: UInt8 = 0
        for byte in length + block { check ^= byte }
        return [0x05] + length + block + [check, 0x0A]
    }
}

/// A data block: type, length, slot, sequence, parameter, check byte, data (the maker's reference manual, clause 5.5).
struct DataBlock {
    let type: UInt8
    let sequence: UInt8
    let parameter: UInt8
    let data: [UInt8]

    init(_ type: UInt8, sequence: UInt8, parameter: UInt8, data: [UInt8] = []) {
        self.type = type
        self.sequence = sequence
        self.parameter = parameter
        self.data = data
    }

    /// What stands in a block that may be followed by padding.
    init?(reading bytes: [UInt8]) {
        guard bytes.count >= 7 else { return nil }
        let count = Int(bytes[1]) * 256 + Int(bytes[2])
        guard bytes.count >= 7 + count, bytes[3] == 0 else { return nil }
        var check: UInt8 = 0
        for byte in bytes[0..<7 + count] { check ^= byte }
        guard check == 0 else { return nil }
        self.init(bytes[0], sequence: bytes[4], parameter: bytes[5], data: Array(bytes[7..<7 + count]))
    }

    var bytes: [UInt8] {
        let head = [type, UInt8(data.count / 256), UInt8(data.count % 256), 0, sequence, parameter]
        var check: UInt8 = 0
        for byte in head + data { check ^= byte }
        return head + [check] + data
    }
}
