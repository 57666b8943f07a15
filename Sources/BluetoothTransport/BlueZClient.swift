import ReaderTransport
import SystemBus

/// Asks BlueZ and waits for its answers, on one thread, until somebody cancels.
struct BlueZClient {
    /// The connection to the bus.
    let bus: SystemBus
    private let cancellation: WakeUp

    init(at address: String?, cancellation: WakeUp) throws(TransportError) {
        self.cancellation = cancellation
        do throws(BusError) { bus = try SystemBus(at: address) } catch { throw BluetoothCode.withoutBus(error) }
    }

    /// Calls a method and waits for its answer.
    @discardableResult
    func call(_ call: BusCall, startsService: Bool = true, timeout: Duration = .seconds(10)) throws(BusError) -> [BusValue] {
        try bus.ask(call, startsService: startsService, timeout: timeout, cancellation: cancellation.descriptor)
    }

    /// What BlueZ has. Without `startsService` bluetoothd is not started for it.
    func objects(startsService: Bool = true) throws(BusError) -> BlueZObjects {
        BlueZObjects(try call(BlueZ.allObjects, startsService: startsService))
    }

    /// Handles what comes until `isDone`; `false` where that was not so in time.
    @discardableResult
    func wait(for duration: Duration, until isDone: () -> Bool) throws(BusError) -> Bool {
        try bus.wait(for: duration, cancellation: cancellation.descriptor, until: isDone)
    }

    /// Runs `body`; what BlueZ refuses in it becomes an error for people.
    func ask<Result>(_ doing: String, _ body: () throws(BusError) -> Result) throws(TransportError) -> Result {
        do throws(BusError) { return try body() } catch { throw BluetoothCode.error(error, doing: doing) }
    }
}
