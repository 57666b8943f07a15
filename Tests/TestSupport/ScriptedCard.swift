import SimulationKit
import Station

/// A test double of a card: it answers as told. No real card answers a wrong status word, a byte at a time or nothing on demand.
public final class ScriptedCard: SimulatedCard {
    /// Its answer to reset, which may be changed between two uses.
    public var answerToReset: [UInt8]
    /// The commands so far.
    public private(set) var commands: [[UInt8]] = []
    /// Whether it has power.
    public private(set) var isPowered = false
    private let computing: Duration
    private let script: (_ command: [UInt8], _ number: Int) -> [UInt8]?

    /// A card that answers what `script` says to the `number`th command, counted from 1; nothing where it says `nil`.
    public init(
        answerToReset: [UInt8] = hex("3B 80 80 01 01"), computing: Duration = .milliseconds(1),
        _ script: @escaping (_ command: [UInt8], _ number: Int) -> [UInt8]?
    ) {
        self.answerToReset = answerToReset
        self.computing = computing
        self.script = script
    }

    /// Power comes.
    public func powerOn(at now: Instant) { isPowered = true }
    /// Power goes.
    public func powerOff() { isPowered = false }
    /// Changes nothing.
    public func warmReset(at now: Instant) {}

    /// Asks the script.
    public func process(_ command: Span<UInt8>, into response: inout [UInt8], at now: Instant) -> Duration? {
        commands.append(command.withUnsafeBufferPointer { Array($0) })
        guard let answer = script(commands[commands.count - 1], commands.count) else { return nil }
        response = answer
        return computing
    }
}
