/// The blocks of a command whose data is sent in several commands (ISO/IEC 7816-4 clause 5.3.3).
///
/// Every block but the last has bit 5 of CLA set; INS, P1 and P2 are the same in all of them, and Le belongs to the last one.
/// Data that fits one block is one plain command.
public struct CommandChain: Sequence, IteratorProtocol, Sendable {
    /// Bit 5 of CLA: this command is not the last one of its chain.
    public static let chainingBit: UInt8 = 0x10

    /// One command of the chain.
    public struct Block: Hashable, Sendable {
        /// The class byte to send.
        public let cla: UInt8
        /// Which part of the data to send.
        public let data: Range<Int>
        /// Whether this is the last one, which carries Le.
        public let isLast: Bool
    }

    /// How many commands the chain has, at least one.
    public let blockCount: Int
    private let cla: UInt8
    private let dataCount: Int
    private let blockSize: Int
    private var position = 0
    private var isFinished = false

    /// A chain for `dataCount` bytes in blocks of `blockSize`.
    ///
    /// - Parameters:
    ///   - cla: The class byte of the whole command.
    ///   - dataCount: How many bytes there are.
    ///   - blockSize: How many bytes a command carries, 1...65535; 255 with short length fields.
    /// - Throws: `APDUError.blockSizeOutOfRange` or, for a negative count, `.dataTooLong`.
    public init(cla: UInt8, dataCount: Int, blockSize: Int = APDULimits.shortData) throws(APDUError) {
        guard blockSize >= 1, blockSize <= APDULimits.extendedData else { throw .blockSizeOutOfRange(blockSize) }
        guard dataCount >= 0 else { throw .dataTooLong(dataCount) }
        self.cla = cla & ~CommandChain.chainingBit
        self.dataCount = dataCount
        self.blockSize = blockSize
        blockCount = dataCount == 0 ? 1 : (dataCount - 1) / blockSize + 1
    }

    /// The next command of the chain.
    public mutating func next() -> Block? {
        guard !isFinished else { return nil }
        let start = position
        position += Swift.min(blockSize, dataCount - start)
        isFinished = position == dataCount
        return Block(cla: isFinished ? cla : cla | CommandChain.chainingBit, data: start..<position, isLast: isFinished)
    }
}
