/// Reads a capture in the format pcapng piece by piece: however long it is, no more than one block is in memory.
///
/// Sections of either byte order may follow each other. Blocks that hold no packet (names, statistics, and whatever is unknown) are skipped.
public struct CaptureReader {
    /// The longest block that is read, in bytes.
    public static let longestBlock = 16 << 20
    /// How many interfaces a section may have.
    public static let mostInterfaces = 4_096

    /// What the first section says of itself; `nil` until it was read.
    public private(set) var section: CaptureSection?
    /// How many packets were skipped because they have no time (Simple Packet Block).
    public private(set) var timeless = 0

    // The next block begins at `start`.
    private var buffer: [UInt8] = []
    private var start = 0
    /// Where in the file the next block begins, in bytes.
    public private(set) var offset: UInt64 = 0
    private var skipping: UInt64 = 0
    // Of the present section.
    private var order = ByteOrder.little
    private var interfaces: [CaptureInterface] = []

    /// A reader at the beginning of a file.
    public init() {}

    /// Takes the next piece of the file.
    public mutating func append(_ bytes: ArraySlice<UInt8>) {
        buffer.removeFirst(start)
        start = 0
        let skipped = Int(min(skipping, UInt64(bytes.count)))
        skipping -= UInt64(skipped)
        offset += UInt64(skipped)
        buffer += bytes.dropFirst(skipped)
    }

    /// The next packet; `nil` where more of the file is needed. Throws at the first thing that is wrong.
    public mutating func next() throws(CaptureError) -> CapturedPacket? {
        while let block = try nextBlock() {
            do throws(BlockFault) {
                if let packet = try take(block.kind, block.body) { return packet }
            } catch {
                throw CaptureError(.malformed(error.words), at: offset - UInt64(block.body.count + 12))
            }
        }
        return nil
    }

    /// Says that the file ends here. Throws where a block is not over.
    public func finish() throws(CaptureError) {
        guard section != nil else { throw CaptureError(.notPcapng, at: 0) }
        guard start == buffer.count, skipping == 0 else { throw CaptureError(.cut, at: offset) }
    }

    // MARK: Blocks

    private mutating func nextBlock() throws(CaptureError) -> (kind: BlockKind, body: ArraySlice<UInt8>)? {
        while true {
            let rest = buffer[start...]
            // A section header has its byte order behind its length.
            guard rest.count >= 12 else { return nil }
            let isSection = ByteOrder.big.number(UInt32.self, in: rest, at: 0) == BlockKind.sectionHeader.rawValue
            if isSection { try beginSection(rest) }
            guard isSection || section != nil else { throw notPcapng(rest) }
            let length = order.number(UInt32.self, in: rest, at: 4)
            guard length >= 12, length % 4 == 0 else { throw CaptureError(.malformed("a block of \(length) bytes"), at: offset) }
            guard let kind = BlockKind(rawValue: order.number(UInt32.self, in: rest, at: 0)) else {
                if order.number(UInt32.self, in: rest, at: 0) == 3 { timeless += 1 }
                skip(UInt64(length))
                continue
            }
            guard length <= Self.longestBlock else { throw CaptureError(.tooMuch("a block of \(length) bytes"), at: offset) }
            guard rest.count >= length else { return nil }
            let block = rest.prefix(Int(length))
            guard order.number(UInt32.self, in: block, at: Int(length) - 4) == length else {
                throw CaptureError(.malformed("a block whose two lengths differ"), at: offset)
            }
            start += Int(length)
            offset += UInt64(length)
            return (kind, block.dropFirst(8).dropLast(4))
        }
    }

    private mutating func skip(_ count: UInt64) {
        let here = Int(min(count, UInt64(buffer.count - start)))
        start += here
        offset += UInt64(here)
        skipping = count - UInt64(here)
    }

    private func notPcapng(_ beginning: ArraySlice<UInt8>) -> CaptureError {
        let older: [UInt32] = [0xA1B2_C3D4, 0xA1B2_3C4D]
        let isOlder = [ByteOrder.little, .big].contains { older.contains($0.number(UInt32.self, in: beginning, at: 0)) }
        return CaptureError(isOlder ? .olderFormat : .notPcapng, at: offset)
    }

    private mutating func beginSection(_ block: ArraySlice<UInt8>) throws(CaptureError) {
        switch ByteOrder.big.number(UInt32.self, in: block, at: 8) {
        case 0x1A2B_3C4D: order = .big
        case 0x4D3C_2B1A: order = .little
        default: throw CaptureError(section == nil ? .notPcapng : .malformed("a section without byte order"), at: offset)
        }
    }

    // MARK: What is in them

    private mutating func take(_ kind: BlockKind, _ body: ArraySlice<UInt8>) throws(BlockFault) -> CapturedPacket? {
        switch kind {
        case .sectionHeader:
            guard body.count >= 16 else { throw BlockFault(words: "a section header that is too short") }
            guard order.number(UInt16.self, in: body, at: 4) == 1 else {
                throw BlockFault(words: "a version that this program does not know")
            }
            let options = try BlockOptions(body.dropFirst(16), order: order)
            interfaces = []
            section =
                section
                ?? CaptureSection(
                    order: order, comments: options.texts(OptionCode.comment), application: options.texts(OptionCode.application).first)
            return nil
        case .interfaceDescription:
            guard interfaces.count < Self.mostInterfaces else { throw BlockFault(words: "more than \(Self.mostInterfaces) interfaces") }
            interfaces.append(try CaptureInterface(body, order: order))
            return nil
        case .enhancedPacket:
            guard body.count >= 20 else { throw BlockFault(words: "a packet without its header") }
            return try packet(body, interface: Int(order.number(UInt32.self, in: body, at: 0)))
        case .packet:
            guard body.count >= 20 else { throw BlockFault(words: "a packet without its header") }
            return try packet(body, interface: Int(order.number(UInt16.self, in: body, at: 0)))
        }
    }

    private func packet(_ body: ArraySlice<UInt8>, interface: Int) throws(BlockFault) -> CapturedPacket {
        guard interfaces.indices.contains(interface) else { throw BlockFault(words: "a packet of an interface that was not described") }
        let high = UInt64(order.number(UInt32.self, in: body, at: 4))
        let low = UInt64(order.number(UInt32.self, in: body, at: 8))
        guard let time = interfaces[interface].time(high << 32 | low) else { throw BlockFault(words: "a time out of range") }
        let count = Int(order.number(UInt32.self, in: body, at: 12))
        let originalCount = Int(order.number(UInt32.self, in: body, at: 16))
        let content = body.dropFirst(20)
        guard count <= content.count else { throw BlockFault(words: "a packet that is longer than its block") }
        // A writer that says it captured more than there was has cut nothing.
        return CapturedPacket(
            linkType: interfaces[interface].linkType, order: order, time: time, bytes: Array(content.prefix(count)),
            originalCount: max(count, originalCount))
    }
}
