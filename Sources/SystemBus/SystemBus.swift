import CSystemd
import Glibc

/// The functions of sd-bus. Everything that calls them has a connection, or what one has given, and a connection has loaded them.
var sdBus: sd_bus_functions { sd_bus_loaded().pointee }

/// A connection to the system bus (D-Bus) by sd-bus.
///
/// One thread at a time uses it: sd-bus is not thread-safe, but a connection may be handed on from thread to thread.
public final class SystemBus {
    /// What is called when an answer or a failure has come.
    public typealias Completion = (Result<[BusValue], BusError>) -> Void

    private let pointer: OpaquePointer
    private var waiting: [ObjectIdentifier: Waiting] = [:]
    private var listeners: [Listener] = []
    private var servants: [Servant] = []
    // The connections that have the services which are listened to, by their names.
    private var owners: [String: String] = [:]
    private var isFollowing: Set<String> = []

    /// The bus itself, whose name nobody else can send from.
    private static let driver = "org.freedesktop.DBus"
    private static let patience = Duration.seconds(10)

    /// Connects to the bus at `address` (D-Bus Specification, "Server Addresses"); without one to the system bus, which
    /// `DBUS_SYSTEM_BUS_ADDRESS` may name.
    public init(at address: String? = nil) throws(BusError) {
        guard sd_bus_load() != 0 else { throw BusError.withoutLibrary(String(cString: sd_bus_load_failure())) }
        var bus: OpaquePointer?
        guard let address else {
            let code = sdBus.sd_bus_open_system(&bus)
            guard code >= 0, let bus else { throw BusError(code: code, doing: "sd_bus_open_system") }
            pointer = bus
            return
        }
        guard sdBus.sd_bus_new(&bus) >= 0, let bus else { throw BusError(code: -ENOMEM, doing: "sd_bus_new") }
        pointer = bus
        _ = sdBus.sd_bus_set_address(bus, address)
        _ = sdBus.sd_bus_set_bus_client(bus, 1)
        let code = sdBus.sd_bus_start(bus)
        guard code >= 0 else { throw BusError(code: code, doing: "sd_bus_start") }
    }

    deinit {
        // Their slots first: no callback comes after that.
        waiting.removeAll()
        listeners.removeAll()
        servants.removeAll()
        _ = sdBus.sd_bus_flush_close_unref(pointer)
    }

    // MARK: Calling others

    /// Calls a method; `completion` is called by `process`, once, unless the connection goes first. With `startsService` a service that does
    /// not run is started for it.
    public func call(_ call: BusCall, startsService: Bool = true, timeout: Duration, completion: @escaping Completion) {
        var message: OpaquePointer?
        var code = sdBus.sd_bus_message_new_method_call(pointer, &message, call.destination, call.path, call.interface, call.member)
        defer { _ = sdBus.sd_bus_message_unref(message) }
        guard code >= 0, let message else { return completion(.failure(BusError(code: code, doing: call.member))) }
        guard call.arguments.allSatisfy({ MessageReading.append($0, to: message) }) else {
            return completion(.failure(BusError(code: -EINVAL, doing: call.member)))
        }
        if call.isSecret { _ = sdBus.sd_bus_message_sensitive(message) }
        if !startsService { _ = sdBus.sd_bus_message_set_auto_start(message, 0) }
        let waiter = Waiting(self, completion)
        let (seconds, attoseconds) = timeout.components
        let microseconds = UInt64(clamping: seconds) &* 1_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000_000)
        code = sdBus.sd_bus_call_async(pointer, &waiter.slot, message, answered, Unmanaged.passUnretained(waiter).toOpaque(), microseconds)
        guard code >= 0 else { return completion(.failure(BusError(code: code, doing: call.member))) }
        waiting[ObjectIdentifier(waiter)] = waiter
    }

    fileprivate func end(_ waiter: Waiting, _ result: Result<[BusValue], BusError>) {
        guard waiting.removeValue(forKey: ObjectIdentifier(waiter)) != nil else { return }
        waiter.completion(result)
    }

    /// Calls `receive` with every signal of `service` that `rule` lets through (D-Bus Specification, "Match Rules": what comes after type and
    /// sender), until the connection ends. Anybody on the bus may send a signal to anybody: one of another connection is dropped.
    public func listen(to service: String, _ rule: String, receive: @escaping (BusMessage) -> Void) throws(BusError) {
        try follow(service)
        try match(service, rule) { [weak self] message in
            if let self, owners[service] == message.sender { receive(message) }
        }
    }

    /// Calls `receive` when a service gets another owner or loses its own; with the name of the new one, empty where there is none.
    public func listenToOwner(of service: String, receive: @escaping (_ owner: String) -> Void) throws(BusError) {
        try match(Self.driver, "interface='\(Self.driver)',member='NameOwnerChanged',arg0='\(service)'") { message in
            if message.sender == Self.driver, message.body.count == 3 { receive(message.body[2].text ?? "") }
        }
    }

    /// Knows from now on which connection has the name; nothing is taken for its signal before.
    private func follow(_ service: String) throws(BusError) {
        guard isFollowing.insert(service).inserted else { return }
        try listenToOwner(of: service) { [weak self] in self?.owners[service] = $0 }
        let question = BusCall(Self.driver, "/org/freedesktop/DBus", Self.driver, "GetNameOwner", [.string(service)])
        call(question, timeout: Self.patience) { [weak self] answer in
            if case .success(let values) = answer, let owner = values.first?.text { self?.owners[service] = owner }
        }
    }

    private func match(_ sender: String, _ rule: String, receive: @escaping (BusMessage) -> Void) throws(BusError) {
        let listener = Listener(receive)
        let code = sdBus.sd_bus_add_match_async(
            pointer, &listener.slot, "type='signal',sender='\(sender)',\(rule)", signalled, nil,
            Unmanaged.passUnretained(listener).toOpaque())
        guard code >= 0 else { throw BusError(code: code, doing: "sd_bus_add_match") }
        listeners.append(listener)
    }

    // MARK: Being called

    /// Has `serve` answer every method call to `prefix` and the objects below it.
    public func export(_ prefix: String, serve: @escaping (BusMessage, BusReply) -> Void) throws(BusError) {
        let servant = Servant(serve)
        let code = sdBus.sd_bus_add_fallback(pointer, &servant.slot, prefix, called, Unmanaged.passUnretained(servant).toOpaque())
        guard code >= 0 else { throw BusError(code: code, doing: "sd_bus_add_fallback") }
        servants.append(servant)
    }

    /// Sends a signal.
    public func emit(_ path: String, _ interface: String, _ member: String, _ arguments: [BusValue]) throws(BusError) {
        var message: OpaquePointer?
        var code = sdBus.sd_bus_message_new_signal(pointer, &message, path, interface, member)
        defer { _ = sdBus.sd_bus_message_unref(message) }
        guard code >= 0, let message else { throw BusError(code: code, doing: member) }
        guard arguments.allSatisfy({ MessageReading.append($0, to: message) }) else { throw BusError(code: -EINVAL, doing: member) }
        code = sdBus.sd_bus_send(pointer, message, nil)
        guard code >= 0 else { throw BusError(code: code, doing: member) }
    }

    /// Takes a name on the bus, so that others find this connection by it.
    public func takeName(_ name: String) throws(BusError) {
        let code = sdBus.sd_bus_request_name(pointer, name, 0)
        guard code >= 0 else { throw BusError(code: code, doing: "sd_bus_request_name") }
    }

    // MARK: Time

    /// The socket, for poll(2).
    public var descriptor: Int32 { sdBus.sd_bus_get_fd(pointer) }
    /// What poll(2) is to wait for.
    public var events: Int16 { Int16(truncatingIfNeeded: max(0, sdBus.sd_bus_get_events(pointer))) }
    /// When `process` is to be called at the latest, in nanoseconds on the monotonic clock; `nil` for whenever something comes.
    public var wakeTime: Int64? {
        var microseconds: UInt64 = .max
        guard sdBus.sd_bus_get_timeout(pointer, &microseconds) >= 0, microseconds < UInt64(Int64.max / 1_000) else { return nil }
        return Int64(microseconds) * 1_000
    }

    /// Handles everything that has come; throws where the connection has ended.
    public func process() throws(BusError) {
        while true {
            let code = sdBus.sd_bus_process(pointer, nil)
            guard code >= 0 else { throw BusError(code: code, doing: "sd_bus_process") }
            if code == 0 { return }
        }
    }
}

/// The answer that somebody waits for who has called a method of ours.
public final class BusReply {
    private let call: OpaquePointer
    private var isOpen = true

    fileprivate init(_ call: OpaquePointer) {
        self.call = call
        _ = sdBus.sd_bus_message_ref(call)
    }

    deinit {
        fail("org.freedesktop.DBus.Error.Failed", "not answered")
        _ = sdBus.sd_bus_message_unref(call)
    }

    /// Answers; only the first answer counts.
    public func answer(_ values: [BusValue] = []) {
        guard isOpen else { return }
        var message: OpaquePointer?
        guard sdBus.sd_bus_message_new_method_return(call, &message) >= 0, let message else { return }
        defer { _ = sdBus.sd_bus_message_unref(message) }
        guard values.allSatisfy({ MessageReading.append($0, to: message) }) else { return }
        isOpen = false
        _ = sdBus.sd_bus_message_send(message)
    }

    /// Refuses.
    public func fail(_ name: String, _ text: String) {
        guard isOpen else { return }
        isOpen = false
        var error = sd_bus_error()
        _ = sdBus.sd_bus_error_set(&error, name, text)
        _ = sdBus.sd_bus_reply_method_error(call, &error)
        sdBus.sd_bus_error_free(&error)
    }
}

// What the callbacks of sd-bus use. The connection holds each for as long as its slot is open, so that unretained pointers are good.

private final class Waiting {
    unowned let bus: SystemBus
    let completion: SystemBus.Completion
    var slot: OpaquePointer?

    init(_ bus: SystemBus, _ completion: @escaping SystemBus.Completion) {
        self.bus = bus
        self.completion = completion
    }

    deinit { _ = sdBus.sd_bus_slot_unref(slot) }
}

private final class Listener {
    let receive: (BusMessage) -> Void
    var slot: OpaquePointer?

    init(_ receive: @escaping (BusMessage) -> Void) { self.receive = receive }

    deinit { _ = sdBus.sd_bus_slot_unref(slot) }
}

private final class Servant {
    let serve: (BusMessage, BusReply) -> Void
    var slot: OpaquePointer?

    init(_ serve: @escaping (BusMessage, BusReply) -> Void) { self.serve = serve }

    deinit { _ = sdBus.sd_bus_slot_unref(slot) }
}

// Closures of the file: nothing is captured, and they are of no actor.
private let answered: sd_bus_message_handler_t = { message, waiter, _ in
    guard let message, let waiter else { return 0 }
    let context = Unmanaged<Waiting>.fromOpaque(waiter).takeUnretainedValue()
    if let error = sdBus.sd_bus_message_get_error(message) {
        context.bus.end(context, .failure(BusError(error)))
    } else {
        context.bus.end(context, .success(MessageReading.values(message)))
    }
    return 1
}
private let signalled: sd_bus_message_handler_t = { message, listener, _ in
    guard let message, let listener else { return 0 }
    Unmanaged<Listener>.fromOpaque(listener).takeUnretainedValue().receive(BusMessage(message))
    return 0
}
private let called: sd_bus_message_handler_t = { message, servant, _ in
    guard let message, let servant else { return 0 }
    Unmanaged<Servant>.fromOpaque(servant).takeUnretainedValue().serve(BusMessage(message), BusReply(message))
    return 1
}
