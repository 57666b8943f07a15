import CSystemd
import Diagnosis
import Glibc

/// A message of the bus as it was received.
public struct BusMessage {
    /// Who sent it: a unique name.
    public let sender: String
    /// The object that it is about.
    public let path: String
    /// The interface.
    public let interface: String
    /// The method or signal.
    public let member: String
    /// Its arguments; those that cannot be read are left out with what is behind them.
    public let body: [BusValue]

    init(_ message: OpaquePointer) {
        func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        sender = text(sdBus.sd_bus_message_get_sender(message))
        path = text(sdBus.sd_bus_message_get_path(message))
        interface = text(sdBus.sd_bus_message_get_interface(message))
        member = text(sdBus.sd_bus_message_get_member(message))
        body = MessageReading.values(message)
    }
}

/// Reading and writing the arguments of a message, one value after another. sd-bus checks every message against its signature.
enum MessageReading {
    private static let array = CChar(bitPattern: UInt8(ascii: "a"))
    private static let variant = CChar(bitPattern: UInt8(ascii: "v"))
    private static let structure = CChar(bitPattern: UInt8(ascii: "r"))
    private static let entry = CChar(bitPattern: UInt8(ascii: "e"))
    private static let byte = CChar(bitPattern: UInt8(ascii: "y"))

    /// The values up to the end of the message or container. D-Bus allows 64 levels, so that this ends.
    static func values(_ message: OpaquePointer) -> [BusValue] {
        var values: [BusValue] = []
        while let value = value(message) { values.append(value) }
        return values
    }

    private static func value(_ message: OpaquePointer) -> BusValue? {
        var type: CChar = 0
        var contents: UnsafePointer<CChar>?
        guard sdBus.sd_bus_message_peek_type(message, &type, &contents) > 0 else { return nil }
        let inner = contents.map { String(cString: $0) } ?? ""
        switch type {
        case array where inner == "y": return bytes(message)
        case array where inner.hasPrefix("{"):
            // A key is of one letter.
            let signatures = inner.dropFirst().dropLast()
            return container(message, type, contents) { entries in
                .dictionary(
                    key: String(signatures.prefix(1)), value: String(signatures.dropFirst()),
                    entries.compactMap { entry in
                        guard case .structure(let pair) = entry, pair.count == 2 else { return nil }
                        return (pair[0], pair[1])
                    })
            }
        case array: return container(message, type, contents) { .array(of: inner, $0) }
        case structure, entry: return container(message, type, contents) { .structure($0) }
        case variant: return container(message, type, contents) { .variant($0.first ?? .other) }
        default: return basic(message, type)
        }
    }

    private static func container(
        _ message: OpaquePointer, _ type: CChar, _ contents: UnsafePointer<CChar>?, _ make: ([BusValue]) -> BusValue
    ) -> BusValue? {
        guard sdBus.sd_bus_message_enter_container(message, type, contents) > 0 else { return nil }
        let values = values(message)
        guard sdBus.sd_bus_message_exit_container(message) >= 0 else { return nil }
        return make(values)
    }

    private static func bytes(_ message: OpaquePointer) -> BusValue? {
        var start: UnsafeRawPointer?
        var count = 0
        guard sdBus.sd_bus_message_read_array(message, byte, &start, &count) >= 0 else { return nil }
        return .bytes(Secret(UnsafeRawBufferPointer(start: start, count: count)))
    }

    private static func basic(_ message: OpaquePointer, _ type: CChar) -> BusValue? {
        let letter = UInt8(bitPattern: type)
        switch letter {
        case UInt8(ascii: "s"), UInt8(ascii: "o"):
            var text: UnsafePointer<CChar>?
            guard sdBus.sd_bus_message_read_basic(message, type, &text) > 0, let text else { return nil }
            return letter == UInt8(ascii: "o") ? .path(String(cString: text)) : .string(String(cString: text))
        case UInt8(ascii: "b"):
            var value: Int32 = 0
            return sdBus.sd_bus_message_read_basic(message, type, &value) > 0 ? .bool(value != 0) : nil
        default:
            // Large enough for every basic type, in the byte order of this machine, of which there is one (x86-64, ARM: little-endian).
            var bits: UInt64 = 0
            guard sdBus.sd_bus_message_read_basic(message, type, &bits) > 0 else { return nil }
            return BusNumber(rawValue: letter).map { .number($0.value(of: bits), $0) } ?? .other
        }
    }

    /// Appends a value; `false` where sd-bus refuses it.
    static func append(_ value: BusValue, to message: OpaquePointer) -> Bool {
        switch value {
        case .number(let number, let width):
            var bits = UInt64(bitPattern: number)
            return sdBus.sd_bus_message_append_basic(message, CChar(bitPattern: width.rawValue), &bits) >= 0
        case .bool(let truth):
            var value: Int32 = truth ? 1 : 0
            return sdBus.sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "b")), &value) >= 0
        case .string(let text):
            return text.withCString { sdBus.sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "s")), $0) >= 0 }
        case .path(let text):
            return text.withCString { sdBus.sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "o")), $0) >= 0 }
        case .bytes(let bytes):
            return bytes.withBytes { bytes in
                bytes.withUnsafeBytes { sdBus.sd_bus_message_append_array(message, byte, $0.baseAddress, $0.count) >= 0 }
            }
        case .array(let signature, let elements): return append(elements, to: message, array, signature)
        case .structure(let fields): return append(fields, to: message, structure, fields.map(\.signature).joined())
        case .variant(let value): return append([value], to: message, variant, value.signature)
        case .dictionary(let key, let value, let entries):
            guard sdBus.sd_bus_message_open_container(message, array, "{\(key)\(value)}") >= 0 else { return false }
            for pair in entries where !append([pair.key, pair.value], to: message, entry, key + value) { return false }
            return sdBus.sd_bus_message_close_container(message) >= 0
        case .other: return false
        }
    }

    private static func append(_ values: [BusValue], to message: OpaquePointer, _ type: CChar, _ contents: String) -> Bool {
        sdBus.sd_bus_message_open_container(message, type, contents) >= 0 && values.allSatisfy { append($0, to: message) }
            && sdBus.sd_bus_message_close_container(message) >= 0
    }
}

extension BusNumber {
    /// The number whose bits are the low ones of `bits`.
    fileprivate func value(of bits: UInt64) -> Int64 {
        switch self {
        case .byte: Int64(UInt8(truncatingIfNeeded: bits))
        case .int16: Int64(Int16(truncatingIfNeeded: bits))
        case .uint16: Int64(UInt16(truncatingIfNeeded: bits))
        case .int32: Int64(Int32(truncatingIfNeeded: bits))
        case .uint32: Int64(UInt32(truncatingIfNeeded: bits))
        case .int64: Int64(bitPattern: bits)
        }
    }
}

extension BusValue {
    /// The type, in the letters of D-Bus.
    var signature: String {
        switch self {
        case .number(_, let width): String(UnicodeScalar(width.rawValue))
        case .bool: "b"
        case .string: "s"
        case .path: "o"
        case .bytes: "ay"
        case .array(let element, _): "a" + element
        case .dictionary(let key, let value, _): "a{\(key)\(value)}"
        case .structure(let fields): "(" + fields.map(\.signature).joined() + ")"
        case .variant: "v"
        case .other: ""
        }
    }
}
