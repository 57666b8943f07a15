import CSystemd
import Glibc

/// Why a call on the bus has failed.
public struct BusError: Error, Hashable, CustomStringConvertible {
    /// The name of the error, such as `org.bluez.Error.NotReady`; one that begins with `System.Error.` is of this machine.
    public let name: String
    /// What the service says, for engineers.
    public let message: String

    /// An error.
    public init(name: String, message: String) {
        self.name = name
        self.message = message
    }

    /// Somebody wants no more of it.
    public static let cancelled = BusError(name: "System.Error.\(ECANCELED)", message: "")

    /// libsystemd, which is loaded with the first connection, is missing or too old, by what the dynamic linker says.
    static func withoutLibrary(_ reason: String) -> BusError { BusError(name: "System.Error.\(ELIBACC)", message: reason) }

    /// Name and message.
    public var description: String { message.isEmpty ? name : "\(name): \(message)" }

    /// The error for the negative code that sd-bus functions return.
    init(code: Int32, doing call: String) {
        self.init(name: "System.Error.\(-code)", message: "\(call): \(String(cString: strerror(-code)))")
    }

    init(_ error: UnsafePointer<sd_bus_error>) {
        self.init(
            name: error.pointee.name.map { String(cString: $0) } ?? "", message: error.pointee.message.map { String(cString: $0) } ?? "")
    }

    /// The library for the bus cannot be loaded.
    public var isWithoutLibrary: Bool { name == "System.Error.\(ELIBACC)" }
    /// Nobody on the bus has the name, and nobody can be started for it.
    public var isWithoutService: Bool {
        ["ServiceUnknown", "NameHasNoOwner", "Spawn.ServiceNotFound", "Spawn.ChildExited", "Spawn.ExecFailed", "Spawn.Failed"]
            .contains { name == "org.freedesktop.DBus.Error.\($0)" } || name == "org.freedesktop.systemd1.NoSuchUnit"
    }
    /// The bus does not let this user ask.
    public var isRefusal: Bool { name == "org.freedesktop.DBus.Error.AccessDenied" || name == "System.Error.\(EACCES)" }
    /// The wait for the answer was given up.
    public var isTimeout: Bool {
        ["org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout", "System.Error.\(ETIMEDOUT)"].contains(name)
    }
}
