import Commands
import Diagnosis
import ReaderKit
import Station

/// One reader with a card on it, for the length of one command: opened, waited for, powered off at the end whatever happens.
struct CardRun {
    let invocation: Invocation
    let selector: ReaderSelector
    /// The card that is simulated; `nil` at a real reader.
    let simulated: SimulatedCard?
    let station: Station
    let interrupts: Interrupts

    /// Whether reader and card are simulated.
    var isSimulated: Bool { simulated != nil }

    /// Reads the options. Throws a usage error where no reader is named, or where something is to be simulated at a reader that is not.
    init(
        _ invocation: Invocation, startUnixTime: (SimulatedCard?) -> Int64 = { _ in 0 },
        simulationOnly: [any Option] = ReaderOptions.simulation
    ) throws {
        self.invocation = invocation
        selector = try invocation.selector()
        let isSimulated = selector.scheme == "sim"
        if !isSimulated { try invocation.refuse(simulationOnly) }
        simulated = isSimulated ? try invocation.simulatedCard() : nil
        let isVirtual = isSimulated && !invocation[ReaderOptions.realTime]
        station = isVirtual ? Station(.virtual, startUnixTime: startUnixTime(simulated)) : Station(.real)
        interrupts = Interrupts.watch { [inbox = station.inbox] _ in inbox.cancel() }
    }

    /// Powers the card on and gives the way to it to `body`; the card has no power afterwards.
    func withChannel(_ body: (any CardChannel) throws -> Void) throws {
        let profiles = try invocation.profiles()
        let bench =
            if let simulated {
                ReaderBench(simulated.world(invocation, at: selector), profiles: profiles)
            } else {
                ReaderBench(sharing: invocation.sharing, profiles: profiles)
            }
        let reader = try bench.open(selector, on: station)
        defer { reader.close() }
        try reader.waitForCard(on: station, until: station.now + .seconds(30))
        let channel = try reader.connect(slot: 0, until: station.now + .seconds(10))
        defer { channel.close() }
        try body(channel)
    }

    /// The exit status of a command that ended so.
    func exitStatus(_ failure: (any DiagnosedError)?) -> Int32 {
        guard let failure else { return 0 }
        return failure.category == .cancelled ? interrupts.received?.exitStatus ?? failure.category.exitStatus : failure.category.exitStatus
    }
}
