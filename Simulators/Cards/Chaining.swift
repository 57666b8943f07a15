/// The blocks of a command chain that have come so far (ISO/IEC 7816-4 clause 5.3.3).
///
/// The contact ATR of one kind of card declares chaining (third capability byte `C0`), so that card takes it; no published software uses
/// it, and how the real card answers is not known. Here: each block but the last is answered `9000`, another header in the middle is
/// `6883` and ends the chain, 4,096 bytes are the limit and more are `6700` (all assumed).
struct BlockChain {
    static let limit = 4_096

    private let instructionClass: UInt8
    private let instruction: UInt8
    private let p1: UInt8
    private let p2: UInt8
    private(set) var data: [UInt8] = []

    init(_ command: CommandMessage) {
        instructionClass = command.instructionClass & ~0x10
        instruction = command.instruction
        p1 = command.p1
        p2 = command.p2
    }

    func continues(with command: CommandMessage) -> Bool {
        command.instructionClass & ~0x10 == instructionClass && command.instruction == instruction && command.p1 == p1 && command.p2 == p2
    }

    mutating func add(_ block: Span<UInt8>) {
        for index in block.indices { data.append(block[index]) }
    }

    /// The whole command: all data, and the Le of the last block.
    func completed(by last: CommandMessage, _ block: Span<UInt8>) -> (command: CommandMessage, data: [UInt8]) {
        var whole = self
        whole.add(block)
        return (last.carrying(whole.data.count), whole.data)
    }
}

extension VirtualCard {
    /// A block that is not the last one of its chain.
    func addToChain(_ command: CommandMessage, _ data: Span<UInt8>) throws(Refusal) -> Answer {
        var chain = try takeChain(before: command) ?? BlockChain(command)
        guard !data.isEmpty, command.expected == 0 else { throw Refusal(.wrongLength, "a block of a chain has data and no Le") }
        guard chain.data.count + data.count <= BlockChain.limit else { throw Refusal(.wrongLength, "the chain is too long") }
        chain.add(data)
        session?.chain = chain
        return Answer(status: .success, computing: profile.computingTimes.refuse)
    }

    /// The chain that this command goes on with; whatever comes next begins anew.
    func takeChain(before command: CommandMessage) throws(Refusal) -> BlockChain? {
        guard let chain = session?.chain else { return nil }
        session?.chain = nil
        guard chain.continues(with: command) else { throw Refusal(.lastOfChainExpected, "another command came before the end of a chain") }
        return chain
    }
}
