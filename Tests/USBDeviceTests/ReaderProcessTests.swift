import Glibc
import TestSupport
import Testing

/// `kazasu simulate reader` as a process: its orders, its server, and clients that mean it no good.
@Suite(.serialized) struct ReaderProcessTests {
    /// A running reader and the line to it.
    private final class Reader {
        let process: ChildProcess
        let port: UInt16
        private let line: Int32

        init(_ model: String = "generic-ccid", variables: [String] = []) throws {
            let (own, childs) = try socketPair()
            defer { close(childs) }
            line = own
            port = try freePort()
            process = try ChildProcess(
                [builtProgram("kazasu"), "simulate", "reader", model, "--usbip", "127.0.0.1:\(port)"],
                environment: ["LC_ALL=C"] + variables,
                descriptors: [0: childs, 1: childs])
            try process.waitForError("waiting at")
        }

        deinit { close(line) }

        func order(_ word: String) throws -> String {
            _ = send(line, word + "\n", word.utf8.count + 1, Int32(MSG_NOSIGNAL))
            var answer: [UInt8] = []
            while answer.last != 0x0A {
                var byte: UInt8 = 0
                guard Deadline().wait(for: line), read(line, &byte, 1) == 1 else { throw BenchError("kazasu does not answer") }
                answer.append(byte)
            }
            return String(decoding: answer.dropLast(), as: UTF8.self)
        }
    }

    @Test func ordersAreAnsweredByOneLineEach() throws {
        let reader = try Reader()
        #expect(try reader.order("remove") == "removed")
        #expect(try reader.order("status").hasPrefix("status card=removed usb=waiting power=off busy=no screen=- pinTriesLeft=3"))
        #expect(try reader.order("insert") == "inserted")
        #expect(try reader.order("unplug") == "unplugged")
        #expect(try reader.order("status").hasPrefix("status card=inserted usb=unplugged"))
        #expect(try reader.order("plug") == "plugged")
        #expect(try reader.order("jump") == "unknown")
        // What only a reader with a screen has a part for.
        #expect(try reader.order("choose face") == "not-here")
        #expect(try reader.order("quit") == "ended")
        #expect(try reader.process.wait() == 0)
    }

    @Test func whatHappensAtAFaceReaderIsOrderedToo() throws {
        let reader = try Reader("fujitsu-caora")
        #expect(try reader.order("status").hasPrefix("status card=inserted usb=waiting power=off busy=no screen=-"))
        for word in ["stand mask", "walk-away", "choose face", "type-pin", "type-passcode", "staff-button", "touch", "end", "swap"] {
            #expect(try reader.order(word) == "done", "\(word)")
        }
        #expect(try reader.order("choose") == "unknown")
        #expect(try reader.order("remove") == "removed")
        #expect(try reader.order("place-plain") == "done")
        #expect(try reader.order("status").hasPrefix("status card=inserted"))
        // Gone for as long as it takes to start anew.
        #expect(try reader.order("power-dip") == "done")
        #expect(try reader.order("status").contains("usb=unplugged"))
        #expect(try reader.order("plug") == "plugged")
        #expect(try reader.order("status").contains("usb=waiting"))
        #expect(try reader.order("quit") == "ended")
        #expect(try reader.process.wait() == 0)
    }

    @Test("The staff's passcode is drawn anew each time and told once, unless it was given: then nobody is told")
    func thePasscode() throws {
        func told(_ model: String = "fujitsu-caora", variables: [String] = []) throws -> [Substring] {
            let reader = try Reader(model, variables: variables)
            #expect(try reader.order("type-passcode") == (model == "fujitsu-caora" ? "done" : "not-here"))
            #expect(try reader.order("quit") == "ended")
            #expect(try reader.process.wait() == 0)
            return reader.process.error.text.matches(of: /passcode is (\d{4})\n/).map(\.1)
        }
        let drawn = try (0..<4).map { _ in try told() }
        #expect(drawn.allSatisfy { $0.count == 1 })
        #expect(Set(drawn).count > 1, "\(drawn)")
        #expect(try told(variables: ["KAZASU_PASSCODE=0417"]) == [])
        #expect(try told("generic-ccid") == [], "it has no keypad")
        let wrong = try runProgram(
            [builtProgram("kazasu"), "simulate", "reader", "fujitsu-caora", "--usbip", "127.0.0.1:1"],
            environment: ["LC_ALL=C", "KAZASU_PASSCODE=04171"])
        #expect(wrong.status == 65 && wrong.error.contains("KAZASU_PASSCODE") && !wrong.error.contains("04171"))
    }

    /// A client by hand: it imports the device, reads a descriptor and goes.
    @Test func aClientImportsTheDevice() throws {
        let reader = try Reader("generic-ccid-short")
        let client = try Client(reader.port)
        try client.send(hex("0111 8003 00000000 312D31") + [UInt8](repeating: 0, count: 29))
        #expect(try hex(client.receive(8 + 312).prefix(8)) == "0111000300000000")
        try Deadline().wait(for: "attached") { try reader.order("status").contains("usb=attached") }
        try client.send(
            hex("00000001 00000001 00010002 00000001 00000000 00000000 00000012 00000000 FFFFFFFF 00000000 8006000100001200"))
        #expect(try hex(client.receive(48 + 18).suffix(18)) == "12010002000000402F0700B00001010203 01".filter { $0 != " " })
        client.end()
        try Deadline().wait(for: "detached") { try reader.order("status").contains("usb=waiting") }
    }

    @Test func hostileClientsAreTurnedOutAndTheReaderGoesOn() throws {
        let reader = try Reader()
        let bad = [
            "0112 8003 00000000", "FFFFFFFF FFFFFFFF",
            "0111 8003 00000000 312D31" + String(repeating: "0", count: 58) + "FFFFFFFF" + String(repeating: "00", count: 44),
        ]
        for bytes in bad {
            let client = try Client(reader.port)
            try client.send(hex(bytes))
            #expect(client.isEnded())
        }
        // Who connects and says nothing keeps nobody out.
        let idle = try (0..<20).map { _ in try Client(reader.port) }
        let client = try Client(reader.port)
        try client.send(hex("0111 8005 00000000"))
        #expect(try client.receive(12 + 312 + 4).count == 328)
        #expect(idle.count == 20)
        #expect(try reader.order("quit") == "ended")
        #expect(reader.process.error.text.contains("a USB/IP client is wrong: version 274 of the protocol"))
    }

    @Test(
        arguments: [
            (["generic-ccid"], 64), (["generic-ccid", "--vhci", "--usbip", "127.0.0.1:1"], 64), (["no-such-reader", "--vhci"], 64),
            (["generic-ccid", "--usbip", "127.0.0.1"], 64), (["generic-ccid", "--usbip", "192.0.2.1:3240"], 69),
        ] as [([String], Int32)])
    func whatCannotBeIsToldAtOnce(_ words: [String], _ status: Int32) throws {
        let result = try runProgram([builtProgram("kazasu"), "simulate", "reader"] + words, environment: ["LC_ALL=C"])
        #expect(result.status == status)
        #expect(result.error.filter { $0 == "\n" }.count >= 1)
    }
}

/// A TCP connection to a port of this machine.
final class Client {
    private let descriptor: Int32

    init(_ port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard withLocalAddress(port, { connect(descriptor, $0, $1) }) == 0 else { throw BenchError("nobody listens on \(port)") }
    }

    deinit { close(descriptor) }

    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw BenchError("nothing is taken") }
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < count {
            guard Deadline().wait(for: descriptor) else { throw BenchError("no answer") }
            let part = read(descriptor, &buffer, min(buffer.count, count - bytes.count))
            guard part > 0 else { throw BenchError("the server has ended the connection after \(bytes.count) bytes") }
            bytes += buffer[..<part]
        }
        return bytes
    }

    /// Whether the server ends the connection.
    func isEnded() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while Deadline().wait(for: descriptor) { if read(descriptor, &buffer, buffer.count) <= 0 { return true } }
        return false
    }
}

/// A port of this machine on which nobody listens.
func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withLocalAddress(0) { bind(descriptor, $0, $1) }
    let found = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard status == 0, found == 0 else { throw BenchError("no port") }
    return UInt16(bigEndian: address.sin_port)
}

func withLocalAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}
