import SystemBus
import TestSupport
import Testing

/// Whose signals are believed, on a bus where everybody may send to everybody.
@Suite struct SignalTests {
    private static let listener = "org.kazasu.Listener"
    private static let service = "org.kazasu.Service"
    private static let other = "org.kazasu.Other"
    private static let interface = "org.kazasu.Said"

    /// A connection that keeps what services say.
    private final class Ear {
        private let bus: SystemBus
        private var heard: [String: [String]] = [:]

        init(_ services: [String], on address: String) throws {
            bus = try SystemBus(at: address)
            try bus.takeName(SignalTests.listener)
            for service in services {
                try bus.listen(to: service, "interface='\(SignalTests.interface)'") { [unowned self] message in
                    heard[service, default: []].append(message.body.first?.text ?? "")
                }
            }
            // The bus knows the rules, and we the owners.
            try SignalTests.ask("GetId", [], bus)
        }

        /// What `service` has said once anything was heard that ends with `last`.
        func words(of service: String, until last: String) throws -> [String] {
            guard try bus.wait(for: .seconds(60), until: { heard.values.contains { $0.last == last } }) else {
                throw BenchError("'\(last)' was not heard")
            }
            return heard[service] ?? []
        }
    }

    private func say(_ words: String, _ bus: SystemBus) throws { try bus.emit("/", Self.interface, "Said", [.string(words)]) }

    @discardableResult
    private static func ask(_ member: String, _ arguments: [BusValue], _ bus: SystemBus) throws -> [BusValue] {
        let driver = "org.freedesktop.DBus"
        return try bus.ask(BusCall(driver, "/org/freedesktop/DBus", driver, member, arguments), timeout: .seconds(60))
    }

    /// A signal to one connection needs no match rule to arrive, and nothing in it tells whether its sender has the service's name.
    @Test func aForgedSignalIsNotHeard() throws {
        let daemon = try PrivateBus()
        let ear = try Ear([Self.service], on: daemon.address)
        let owner = try SystemBus(at: daemon.address)
        func names() throws -> [String] { try Self.ask("ListNames", [], owner).first?.elements.compactMap(\.text) ?? [] }
        func forge(_ words: String) throws {
            let before = try names().count
            let signal = ["--type=signal", "--dest=\(Self.listener)", "/", "\(Self.interface).Said", "string:\(words)"]
            _ = try ChildProcess(["dbus-send", "--bus=\(daemon.address)"] + signal).result().checked()
            // What it has sent was passed on before it left.
            try Deadline().wait(for: "the end of the forger") { try names().count == before }
        }

        try forge("before anybody has the name")
        try owner.takeName(Self.service)
        try forge("while another has it")
        try say("genuine", owner)
        #expect(try ear.words(of: Self.service, until: "genuine") == ["genuine"])
    }

    /// The bus passes the old owner's signals on all along, because of its other name.
    @Test func aServiceIsWhoeverHasItsNameNow() throws {
        let daemon = try PrivateBus()
        let (old, new) = (try SystemBus(at: daemon.address), try SystemBus(at: daemon.address))
        for name in [Self.service, Self.other] { try old.takeName(name) }
        let ear = try Ear([Self.service, Self.other], on: daemon.address)
        try say("1 old", old)
        #expect(try ear.words(of: Self.service, until: "1 old") == ["1 old"])
        try Self.ask("ReleaseName", [.string(Self.service)], old)
        try say("2 old", old)
        #expect(try ear.words(of: Self.service, until: "2 old") == ["1 old"])
        try new.takeName(Self.service)
        try say("3 new", new)
        #expect(try ear.words(of: Self.service, until: "3 new") == ["1 old", "3 new"])
        try say("4 old", old)
        #expect(try ear.words(of: Self.service, until: "4 old") == ["1 old", "3 new"])
        #expect(try ear.words(of: Self.other, until: "4 old") == ["1 old", "2 old", "4 old"])
    }
}
