import USBDevice

// The messages of USB/IP (Linux kernel documentation, Documentation/usb/usbip_protocol.rst); every number is big-endian.

/// What a client asks before it has a device (the messages that begin with OP_).
enum USBIPOperation: Equatable {
    /// OP_REQ_DEVLIST.
    case list
    /// OP_REQ_IMPORT of the device with this bus id.
    case importDevice([UInt8])

    /// The version of the protocol, 1.1.1.
    static let version: UInt16 = 0x0111

    /// The operation at the beginning of `bytes` and how many it has; `nil` while there is too little.
    ///
    /// - Throws: `USBIPError` for what no client sends.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(USBIPError) -> (operation: USBIPOperation, count: Int)? {
        var reader = BigEndianReader(bytes)
        guard let version = reader.take16(), let code = reader.take16(), reader.take32() != nil else { return nil }
        guard version == Self.version else { throw USBIPError("version \(version) of the protocol") }
        switch code {
        case 0x8005: return (.list, 8)
        case 0x8003: return reader.take(32).map { busID in (.importDevice(Array(busID.prefix { $0 != 0 })), 40) }
        default: throw USBIPError("operation \(code)")
        }
    }

    /// OP_REP_DEVLIST with these devices, each without its interfaces.
    static func listReply(_ devices: [USBDevice]) -> [UInt8] {
        bytes(version) + [0x00, 0x05] + bytes(UInt32(0)) + bytes(UInt32(clamping: devices.count))
            + devices.flatMap { device in
                description(of: device)
                    + device.functions.flatMap { function in
                        [function.interface.classCode, function.interface.subclass, function.interface.protocolCode, 0]
                    }
            }
    }

    /// OP_REP_IMPORT: the device, or a status other than 0 where it cannot be had.
    static func importReply(_ device: USBDevice?) -> [UInt8] {
        bytes(version) + [0x00, 0x03] + bytes(UInt32(device == nil ? 1 : 0)) + (device.map(description) ?? [])
    }

    /// The 312 bytes that tell a device: path, bus id, numbers, full speed (2), identifiers, classes, configuration.
    private static func description(of device: USBDevice) -> [UInt8] {
        padded("/sys/devices/simulated/\(busID)", 256) + padded(busID, 32) + bytes(busNumber) + bytes(deviceNumber) + bytes(UInt32(2))
            + bytes(device.identity.vendorID) + bytes(device.identity.productID) + bytes(device.identity.release)
            + [0, 0, 0, device.configuration, 1, UInt8(clamping: device.functions.count)]
    }

    /// The one bus with the one device of a server.
    static let busID = "1-1"
    private static let busNumber: UInt32 = 1
    private static let deviceNumber: UInt32 = 2
    /// Both numbers, as the messages of an imported device carry them.
    static let deviceID = busNumber << 16 | deviceNumber
}

/// What the client of an imported device sends (USBIP_CMD_SUBMIT, USBIP_CMD_UNLINK).
enum USBIPCommand: Equatable {
    /// A request to an endpoint; `bytes` is what goes out with it, `flags` are those of the kernel's URB.
    case submit(sequence: UInt32, device: UInt32, request: USBRequest, bytes: [UInt8], flags: UInt32)
    /// A request is given up.
    case unlink(sequence: UInt32, device: UInt32, unlinked: UInt32)

    /// The longest transfer that is taken. The kernel cuts what programs send into pieces of 16 KiB, or a little more.
    static let longestTransfer: UInt32 = 1 << 18
    static let headerLength = 48

    /// URB_SHORT_NOT_OK and URB_ZERO_PACKET of the kernel's `transfer_flags`.
    static let shortIsError: UInt32 = 0x01
    static let addsEmptyPacket: UInt32 = 0x40

    /// The command at the beginning of `bytes` and how many it has; `nil` while there is too little.
    ///
    /// - Throws: `USBIPError` for what no kernel sends to a device without isochronous endpoints.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(USBIPError) -> (command: USBIPCommand, count: Int)? {
        var reader = BigEndianReader(bytes)
        guard bytes.count >= headerLength, let code = reader.take32(), let sequence = reader.take32(), let device = reader.take32(),
            let direction = reader.take32(), let endpoint = reader.take32(), let first = reader.take32(), let length = reader.take32(),
            reader.take32() != nil, let packets = reader.take32(), reader.take32() != nil, let setup = reader.take(8)
        else { return nil }
        switch code {
        case 1: break
        case 2: return (.unlink(sequence: sequence, device: device, unlinked: first), headerLength)
        default: throw USBIPError("command \(code)")
        }
        guard direction <= 1, endpoint <= 15 else { throw USBIPError("endpoint \(endpoint) in direction \(direction)") }
        guard length <= longestTransfer else { throw USBIPError("a transfer of \(length) bytes") }
        guard packets == 0 || packets == .max else { throw USBIPError("an isochronous transfer") }
        guard let data = direction == 0 ? reader.take(Int(length)) : [] else { return nil }
        let request = USBRequest(
            endpoint: UInt8(truncatingIfNeeded: endpoint) | (direction == 1 ? 0x80 : 0),
            setup: endpoint == 0 ? SetupPacket(bytes: setup) : nil, length: Int(length), addsEmptyPacket: first & addsEmptyPacket != 0)
        let command = USBIPCommand.submit(sequence: sequence, device: device, request: request, bytes: Array(data), flags: first)
        return (command, headerLength + data.count)
    }

    /// USBIP_RET_SUBMIT: status 0 or a negative error number, how many bytes were carried, and those for the client.
    static func submitReply(_ sequence: UInt32, status: Int32, count: Int, _ data: [UInt8]) -> [UInt8] {
        head(3, sequence) + bytes(UInt32(bitPattern: status)) + bytes(UInt32(clamping: count)) + [UInt8](repeating: 0, count: 20) + data
    }

    /// USBIP_RET_UNLINK: status 0 for a request that had completed, else that of the one given up.
    static func unlinkReply(_ sequence: UInt32, status: Int32) -> [UInt8] {
        head(4, sequence) + bytes(UInt32(bitPattern: status)) + [UInt8](repeating: 0, count: 24)
    }

    private static func head(_ code: UInt32, _ sequence: UInt32) -> [UInt8] {
        bytes(code) + bytes(sequence) + [UInt8](repeating: 0, count: 12)
    }
}

/// A client that does not speak the protocol; its connection is ended.
struct USBIPError: Error, Equatable {
    /// What it sent, no byte of a transfer in it.
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Takes big-endian numbers off the front of bytes.
private struct BigEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func take16() -> UInt16? { take(2).map { $0.reduce(0) { $0 << 8 | UInt16($1) } } }
    mutating func take32() -> UInt32? { take(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}

private func bytes(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)] }

private func bytes(_ value: UInt32) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}

private func padded(_ text: String, _ length: Int) -> [UInt8] {
    let bytes = Array(text.utf8.prefix(length))
    return bytes + [UInt8](repeating: 0, count: length - bytes.count)
}
