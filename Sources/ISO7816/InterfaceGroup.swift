/// The interface bytes TA(i), TB(i), TC(i), TD(i) of one i (ISO/IEC 7816-3 clause 8.2.3).
public struct InterfaceGroup: Hashable, Sendable {
    /// The i of the group, from 1.
    public let index: Int
    /// The T of TD(i-1), which the bytes of groups from 3 on belong to; nil in group 1.
    public let protocolNumber: UInt8?
    /// TA(i).
    public internal(set) var ta: UInt8?
    /// TB(i).
    public internal(set) var tb: UInt8?
    /// TC(i).
    public internal(set) var tc: UInt8?
    /// TD(i): which bytes the next group has, and its protocol.
    public internal(set) var td: UInt8?

    init(index: Int, protocolNumber: UInt8?) {
        self.index = index
        self.protocolNumber = protocolNumber
    }
}

/// Walks the chain of interface bytes.
struct InterfaceReader {
    let bytes: [UInt8]
    private(set) var position = 2
    private(set) var groups: [InterfaceGroup] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads all groups; false when the bytes end before the chain does.
    mutating func readGroups() -> Bool {
        var presence = bytes[1] >> 4
        var protocolNumber: UInt8?
        while true {
            var group = InterfaceGroup(index: groups.count + 1, protocolNumber: protocolNumber)
            let isComplete = read(into: &group, presence: presence)
            groups.append(group)
            guard isComplete else { return false }
            guard let td = group.td else { return true }
            presence = td >> 4
            protocolNumber = td & 0x0F
        }
    }

    private mutating func read(into group: inout InterfaceGroup, presence: UInt8) -> Bool {
        if presence & 0x1 != 0 {
            guard let byte = next() else { return false }
            group.ta = byte
        }
        if presence & 0x2 != 0 {
            guard let byte = next() else { return false }
            group.tb = byte
        }
        if presence & 0x4 != 0 {
            guard let byte = next() else { return false }
            group.tc = byte
        }
        if presence & 0x8 != 0 {
            guard let byte = next() else { return false }
            group.td = byte
        }
        return true
    }

    private mutating func next() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }
}
