import SystemBus
import TestSupport

/// A message bus of the test's own: Debian's dbus-daemon with everything allowed, or with org.bluez forbidden to everybody.
final class PrivateBus {
    let address: String
    private let folder = TemporaryFolder()
    private let daemon: ChildProcess

    init(forbidsBlueZ: Bool = false) throws {
        address = "unix:path=\(folder / "bus")"
        let forbidden = forbidsBlueZ ? "<deny send_destination=\"org.bluez\"/>" : ""
        let configuration = try folder.write(
            "bus.conf",
            """
            <busconfig><type>session</type><listen>\(address)</listen><auth>EXTERNAL</auth><policy context="default">\
            <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>\(forbidden)</policy></busconfig>
            """)
        daemon = try ChildProcess(["dbus-daemon", "--config-file=\(configuration)", "--nofork", "--nopidfile"])
        // The file is there a moment before anybody listens.
        let address = address
        try Deadline().wait(for: "the bus") { (try? SystemBus(at: address)) != nil }
    }
}
