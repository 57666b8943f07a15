import Commands
import Diagnosis
import GenericCCID
import Glibc
import MyNumberCard
import ReaderTransport
import SimulationKit
import TestSupport
import Testing

@testable import kazasu

/// The doctor's parts on machines that are made up: folders in the place of /sys, /dev and the drivers.
@Suite struct DoctorPartsTests {
    let folder = TemporaryFolder()

    private var places: DoctorPlaces {
        var places = DoctorPlaces()
        places.socket = folder / "pcscd.comm"
        places.daemon = folder / "pcscd"
        places.drivers = folder / "drivers"
        places.usbDevices = folder / "sys"
        places.usbNodes = folder / "dev"
        places.packages = folder / "status"
        places.release = folder / "os-release"
        return places
    }

    private func makeFolders(_ path: String) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/\(part)"
            mkdir(folder.path + made, 0o700)
        }
    }

    /// A device as sysfs shows it (sysfs-bus-usb of the kernel's documentation).
    private func plug(
        _ device: String, vendor: String = "04e6", product: String = "5116", number: String = "7", driver: String? = nil,
        interface: String = "0b", hasNode: Bool = true
    ) throws {
        makeFolders("sys/\(device)")
        makeFolders("sys/\(device):1.0")
        makeFolders("dev/001")
        for (name, text) in [("idVendor", vendor), ("idProduct", product), ("busnum", "1"), ("devnum", number), ("serial", "SERIAL")] {
            try folder.write("sys/\(device)/\(name)", text + "\n")
        }
        try folder.write("sys/\(device):1.0/bInterfaceClass", interface + "\n")
        if let driver { symlink("../../drivers/\(driver)", folder / "sys/\(device):1.0/driver") }
        if hasNode { try folder.write("dev/001/00\(number)", "") }
    }

    private func installDriver() throws {
        makeFolders("drivers/ifd-ccid.bundle/Contents")
        try folder.write(
            "drivers/ifd-ccid.bundle/Contents/Info.plist",
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0"><dict>
            <key>ifdVendorID</key><array><string>0x054C</string><string>0x04E6</string></array>
            <key>ifdProductID</key><array><string>0x0DC8</string><string>0x5116</string></array>
            <key>ifdFriendlyName</key><array><string>SONY FeliCa RC-S300/S</string><string>SCM Microsystems Inc. SCR 3310</string></array>
            </dict></plist>
            """)
    }

    private func usb(_ names: [String]?, _ profiles: [ReaderProfile] = []) -> DoctorFinding {
        DoctorUSBCheck(drivers: DoctorDrivers(places.drivers), profiles: profiles).finding(DoctorUSB.readers(places), names: names)
    }

    private static let scr = "SCM Microsystems Inc. SCR 3310 (21121207200000) 00 00"

    // MARK: USB

    @Test func withoutUSBNothingIsSaid() throws {
        #expect(usb([]).state == .skipped)
        makeFolders("sys/usb1")
        #expect(usb([]).state == .skipped)
        try plug("1-1", interface: "08")
        #expect(usb([]).state == .skipped)
    }

    @Test func aReaderThatTheServiceHasIsInOrder() throws {
        try installDriver()
        try plug("1-1", driver: "usbfs")
        #expect(usb([Self.scr]).state == .ok)
        #expect(usb(nil).state == .ok)
        #expect(usb([Self.scr]).cause == "04e6:5116 at 1-1")
    }

    @Test func aReaderThatTheServiceLacksHasAReason() throws {
        try plug("1-1")
        #expect(usb([]).code == "usb-driver-missing")
        #expect(usb([]).advice?.english.contains("apt install libccid") == true)
        try installDriver()
        #expect(usb([]).code == "usb-reader-not-taken")
        #expect(usb([]).state == .failed && usb([]).category == .unavailable)
        // Where another reader works it is no failure.
        #expect(usb(["SONY FeliCa RC-S300/S 00 00"]).state == .warning)
        // Two of a kind, and the service has one of them.
        try plug("1-2", number: "8")
        #expect(usb([Self.scr]).code == "usb-reader-not-taken")
        #expect(usb([Self.scr, "SCM Microsystems Inc. SCR 3310 (21121207200001) 01 00"]).state == .ok)
    }

    @Test func otherReasons() throws {
        try installDriver()
        try plug("1-1", product: "ffff")
        #expect(usb([]).code == "usb-driver-missing")
        #expect(usb([]).advice?.english.contains("update libccid") == true)
        try plug("1-1", hasNode: false)
        unlink(folder / "dev/001/007")
        #expect(usb([]).code == "usb-node-missing")
        try plug("1-1", driver: "usbfs")
        #expect(usb([]).code == "usb-held-by-another")
    }

    @Test(arguments: [("0b", "pn533_usb"), ("ff", "pn533_usb"), ("ff", "port100")])
    func aModuleOfTheKernelThatHoldsItIsNamed(interface: String, module: String) throws {
        try installDriver()
        try plug("1-1", driver: module, interface: interface)
        for names in [nil, []] as [[String]?] {
            let finding = usb(names)
            #expect(finding.code == "usb-held-by-kernel" && finding.state == .failed)
            #expect(finding.advice?.english.contains("'blacklist \(module)'") == true)
            #expect(finding.advice?.japanese.contains("sudo modprobe -r \(module)") == true)
        }
    }

    /// Descriptors as the kernel shows them: configuration, interface of class FF, class descriptor of CCID (USB CCID 1.1 clause 5.1).
    private static let hidden =
        "0902480001010080320904000003FF00000036211001000702000000A00F0000A00F000000002A00001640050000FE00"
        + "00000000000000000000BE04040007010000FFFF00000001"

    @Test func aReaderThatHidesItsCCIDIsToBeToldOf() throws {
        try installDriver()
        try plug("1-1", vendor: "1209", product: "0002", interface: "ff")
        #expect(usb([]).state == .skipped)
        let bytes = try #require(Hexadecimal.bytes(Self.hidden))
        try writeBytes(bytes, to: folder / "sys/1-1/descriptors")
        for names in [nil, [Self.scr]] as [[String]?] {
            let finding = usb(names)
            #expect(finding.code == "usb-vendor-class" && finding.state == (names == nil ? .failed : .warning))
            #expect(finding.advice?.english.contains("--profile FILE --reader 'usb:1209:0002@*'") == true)
            // What it says is a profile, and with that it is in order.
            let told = try ReaderProfile.read(Array(try #require(finding.cause).utf8), path: "p")
            #expect(told[0].interfaces[0].maxMessageLength == 263 && told[0].interfaces[0].features == 0x0004_04BE)
            #expect(usb(nil, told).state == .ok)
            #expect(usb([], told).advice?.english.contains("--reader 'usb:1209:0002@*'") == true)
        }
        // Half a descriptor is none.
        try writeBytes(Array(bytes.dropLast()), to: folder / "sys/1-1/descriptors")
        #expect(usb(nil).state == .skipped)
    }

    /// A class descriptor as a reader of FF class may have it: dwProtocols, dwMaxIFSD, dwFeatures, dwMaxCCIDMessageLength (USB CCID 1.1 clause 5.1).
    private func showHidden(_ protocols: UInt32, _ field: UInt32, _ features: UInt32, _ message: UInt32, version: UInt8 = 1) throws {
        var bytes = try #require(Hexadecimal.bytes(Self.hidden))
        for (offset, value) in [(6, protocols), (28, field), (40, features), (44, message)] {
            for place in 0..<4 { bytes[18 + offset + place] = UInt8(truncatingIfNeeded: value >> UInt32(8 * place)) }
        }
        bytes[18 + 3] = version
        try writeBytes(bytes, to: folder / "sys/1-1/descriptors")
    }

    /// Whether what is said of a reader that hides itself is a profile; that it is read and that the reader is then in order is expected.
    private func offersProfile() throws -> Bool {
        let finding = usb(nil)
        let cause = try #require(finding.cause)
        guard finding.code == "usb-vendor-class" else {
            #expect(finding.code == "usb-vendor-class-unusable" && cause.hasPrefix("no profile: ") && cause.utf8.count > 12)
            #expect(finding.advice?.english.contains("--profile") == false)
            return false
        }
        let told = try ReaderProfile.read(Array(cause.utf8), path: "p")
        #expect(usb(nil, told).state == .ok)
        return true
    }

    @Test(
        "Of an odd reader either a profile is told that is taken, or why there is none",
        arguments: [
            (2, 254, 0x0004_04BE, 263, ""), (3, 1_024, 0x0004_04BE, 263, ""), (3, 0, 0x0004_04BE, 271, ""),
            (3, .max, 0x0004_04BE, .max, ""), (1, 512, 0x0001_00BA, 271, ""), (2, 254, 0x0002_00BA, 271, ""),
            (0x8000_0002, 254, 0xFFF4_FFFF, 65_555, ""),
            (2, 254, 0x0002_00BA, 270, "'max-message' is at least 271 for a reader that takes short APDUs only"),
            (2, 254, 0x0000_00BA, 271, "'features' names the level of characters, which is not supported"),
            (0, 254, 0x0004_04BE, 271, "its class descriptor has neither T=0 nor T=1 in dwProtocols"),
            (2, 254, 0x0006_04BE, 271, "its class descriptor has more than one exchange level in dwFeatures"),
            (2, 254, 0x0004_04BE, 10, "its class descriptor has dwMaxCCIDMessageLength 10, without room for data"),
        ] as [(UInt32, UInt32, UInt32, UInt32, String)])
    func oddReaders(_ protocols: UInt32, _ field: UInt32, _ features: UInt32, _ message: UInt32, _ reason: String) throws {
        try plug("1-1", vendor: "1209", product: "0002", interface: "ff")
        try showHidden(protocols, field, features, message)
        #expect(try offersProfile() == reason.isEmpty)
        if !reason.isEmpty { #expect(usb(nil).cause == "no profile: \(reason)") }
    }

    @Test func aThousandOddReaders() throws {
        try plug("1-1", vendor: "1209", product: "0002", interface: "ff")
        var random = SeededGenerator(seed: 7)
        let edges: [UInt32] = [0, 1, 10, 11, 253, 254, 255, 256, 270, 271, 272, 65_535, 65_536, 65_537, 65_554, 65_555, .max]
        func size() -> UInt32 {
            Bool.random(using: &random) ? edges.randomElement(using: &random) ?? 0 : .random(in: 0...70_000, using: &random)
        }
        var offered = 0
        for _ in 0..<1_000 {
            let (protocols, message) = (UInt32.random(in: 0...7, using: &random), size())
            let level = UInt32.random(in: 0...7, using: &random)
            try showHidden(protocols, size(), .random(in: 0...0xFFFF, using: &random) | level << 16, message)
            // What our driver can use: T=0 or T=1, one level above that of characters, and short APDUs whole.
            let isUsable = protocols & 3 != 0 && message > 10 && (level == 1 || level == 4 || level == 2 && message >= 271)
            #expect(try offersProfile() == isUsable, "\(protocols) \(level) \(message)")
            offered += isUsable ? 1 : 0
        }
        #expect((100...900).contains(offered))
        // What is of another version is no CCID at all.
        try showHidden(2, 254, 0x0004_04BE, 271, version: 2)
        #expect(usb(nil).state == .skipped)
    }

    /// A reader with a driver of its own needs no profile, and `--profile` takes none.
    @Test func aReaderWithADriverOfItsOwnIsAskedForNoProfile() throws {
        try plug("1-1", vendor: "04da", product: "ffc1", interface: "ff")
        try showHidden(2, 254, 0x0004_04BE, 271)
        #expect(usb(nil).state == .ok)
        #expect(usb([]).code == "usb-driver-missing")
    }

    private func writeBytes(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    @Test func theListOfTheInstalledDriverIsRead() {
        // Debian's libccid, which the set-up script installs with pcscd; its list names this reader since long.
        let drivers = DoctorDrivers("/usr/lib/pcsc/drivers")
        let reader = DoctorUSBReader(device: "1-1", vendor: 0x072F, product: 0x2200, claimedBy: nil, access: .open, serial: nil)
        #expect(!drivers.isEmpty)
        #expect(drivers.name(of: reader)?.hasPrefix("ACS ACR122U") == true)
    }

    // MARK: The service

    private func service(_ list: () throws(TransportError) -> [AttachmentDescription] = { [] }) -> DoctorFinding {
        DoctorService(places: places, otherSocket: nil, packages: DoctorPackages(places.packages)).look(list).finding
    }

    private func listen() throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: places.socket.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(bound == 0)
    }

    @Test func aServiceThatIsNotThereIsInstalledOrStarted() throws {
        #expect(service().code == "pcsc-not-installed")
        try folder.write("pcscd", "")
        #expect(service().code == "pcsc-not-running")
        try folder.write("pcscd.comm", "")
        #expect(service().code == "pcsc-socket-wrong")
    }

    @Test func aServiceThatAnswersIsNamedWithItsVersion() throws {
        try listen()
        try folder.write(
            "status",
            """
            Package: pcsc-tools
            Version: 1.6.2-1

            Package: pcscd
            Status: install ok installed
            Version: 1.9.9-2

            """)
        #expect(service().state == .ok)
        #expect(service().sentence.english == "It answers (pcscd 1.9.9-2).")
        let silent = service { () throws(TransportError) in
            throw TransportError(code: "pcsc-not-answering", sentence: Sentence(ja: "", en: ""), cause: "why")
        }
        #expect(silent.code == "pcsc-not-answering" && silent.state == .failed)
        #expect(silent.cause?.hasSuffix("why") == true)
    }

    @Test(.enabled(if: geteuid() != 0, "root may open everything"))
    func aSocketThatMayNotBeOpenedIsNoMissingService() throws {
        try listen()
        chmod(places.socket, 0)
        #expect(service().code == "pcsc-socket-forbidden")
        #expect(service().category == .notPermitted)
    }

    // MARK: The counters

    @Test func theWorstCounterCounts() {
        func finding(_ states: [(CardReference, PINState?)]) -> DoctorFinding {
            DoctorCard.finding(states.map { (reference: $0.0, state: $0.1) })
        }
        #expect(finding([(.authenticationPIN, .left(3)), (.textPIN, nil)]).state == .ok)
        #expect(finding([(.authenticationPIN, .left(3)), (.textPIN, .left(1))]).state == .warning)
        #expect(finding([(.authenticationPIN, .left(1)), (.textPIN, .blocked)]).code == "pin-blocked")
        #expect(finding([(.authenticationPIN, .left(1)), (.textPIN, .blocked)]).state == .warning)
        #expect(finding([(.authenticationPIN, .blocked), (.textPIN, .left(3))]).state == .failed)
    }
}
