// swift-tools-version: 6.1
import PackageDescription

// One line a target; the arrows are those of the picture in CONTRIBUTING.md, and Tests/LayeringTests holds
// the imports to them. C libraries come from Debian through pkg-config; there is no outside Swift package.

/// A reader model: its driver in Drivers/<name>, its twin in Simulators/<name>.
struct Model {
    let name: String
    var driverUses: [Target.Dependency] = []
    var simulatorUses: [Target.Dependency] = []
    var hasDriver = true
    var hasSimulator = true
    /// Whether an assumed protocol stands in PROTOCOL.md beside the driver.
    var hasProtocol = false
    /// Data that the driver has in it.
    var driverData: [Resource] = []
}

let models = [
    Model(name: "PCSC", driverUses: ["CPCSC"], hasSimulator: false),
    Model(
        name: "FujitsuCaora", driverUses: ["CCID", "FaceReaderKit"],
        simulatorUses: ["CCIDDevice", "Diagnosis", "FaceTerminal", "PanelCards", "Staging", "USBDevice"], hasProtocol: true),
    Model(
        name: "PanasonicXCSTFR2", driverUses: ["CCID", "FaceReaderKit"],
        simulatorUses: ["CCIDDevice", "Diagnosis", "FaceTerminal", "PanelCards", "Staging", "USBDevice"], hasProtocol: true),
    Model(
        name: "CanonHiCARA", driverUses: ["CCID", "FaceReaderKit"],
        simulatorUses: ["CCIDDevice", "Diagnosis", "FaceTerminal", "PanelCards", "Staging", "USBDevice"], hasProtocol: true),
    Model(
        name: "AlmexCPS100W", driverUses: ["FaceReaderKit", "ISO7816"], simulatorUses: ["Diagnosis", "FaceTerminal", "Staging"],
        hasProtocol: true),
    Model(
        name: "AtlasEXC9000", driverUses: ["FaceReaderKit", "ISO7816"],
        simulatorUses: ["Diagnosis", "FaceTerminal", "Staging", "USBDevice"], hasProtocol: true),
    Model(name: "DualInterface", hasDriver: false),
    Model(
        name: "Exhibit", simulatorUses: ["CCIDDevice", "FaceTerminal", "FujitsuCaoraSimulator", "Staging", "USBDevice"], hasDriver: false),
    Model(
        name: "ACR1255U", driverUses: ["CCID", "CCIDOverGATT", "COpenSSL"], simulatorUses: ["COpenSSL", "GATTDevice"],
        hasProtocol: true),
    Model(
        name: "FeitianBLE", driverUses: ["CCID", "CCIDOverGATT"], simulatorUses: ["CCIDDevice", "GATTDevice", "USBDevice"],
        hasProtocol: true),
    Model(
        name: "GenericCCID", driverUses: ["CCID", "YAML"], hasSimulator: false, driverData: [.embedInCode("readers.yaml")]),
    Model(name: "SonyRCS380", driverUses: ["ISODEP"], simulatorUses: ["USBDevice"], hasProtocol: true),
]

let drivers = models.filter(\.hasDriver)
let simulators = models.filter(\.hasSimulator)

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies)
}

func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func test(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies)
}

var targets: [Target] = [
    system("COpenSSL", "libcrypto", "libssl-dev"),
    system("CSQLite", "sqlite3", "libsqlite3-dev"),
    system("CYAML", "yaml-0.1", "libyaml-dev"),
    system("CPCSC", "libpcsclite", "libpcsclite-dev"),
    system("CLibUSB", "libusb-1.0", "libusb-1.0-0-dev"),
    system("COpenJPEG", "libopenjp2", "libopenjp2-7-dev"),
    system("CPNG", "libpng", "libpng-dev"),
    system("CQRencode", "libqrencode", "libqrencode-dev"),

    .systemLibrary(name: "CLinux"),
    // A table of the functions of libsystemd, which is loaded late.
    .target(name: "CSystemd"),
    // The C interface to a vendor's SDK: a header and no code.
    .systemLibrary(name: "CReaderPlugin"),

    library("Diagnosis"),
    library("ReaderClaims"),
    library("YAML", ["CYAML"]),
    library("JapaneseCalendar"),
    library("MedicalAccess", ["Diagnosis", "JapaneseCalendar"]),
    library("Centre", ["Certificates", "Diagnosis", "JapaneseCalendar", "MedicalAccess", "Station"]),
    // The rules of the guidance and its facts; the rules are data.
    .target(name: "Guidance", dependencies: ["Diagnosis", "JapaneseCalendar", "YAML"], resources: [.embedInCode("Rules")]),
    library("ISO7816"),
    library("TransmissionProtocols", ["ISO7816"]),
    library("ISODEP"),
    library("Station"),
    library("ReaderTransport", ["Diagnosis", "Station"]),
    library("ReaderKit", ["Diagnosis", "ISO7816", "ReaderTransport", "Station"]),
    library("CCID", ["Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station", "TransmissionProtocols"]),
    library("FaceReaderKit", ["CCID", "Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"]),
    library("CCIDOverGATT", ["ReaderKit", "ReaderTransport", "Station"]),
    library("USBTransport", ["CLibUSB", "Diagnosis", "ReaderTransport", "Station"]),
    library("SystemBus", ["CSystemd", "Diagnosis"]),
    library("BluetoothTransport", ["CLinux", "Diagnosis", "ReaderTransport", "Station", "SystemBus"]),
    library("Conformance", ["Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"]),
    library("PluginReader", ["CReaderPlugin", "Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"]),
    library("Traces", ["Diagnosis", "ISO7816"]),
    library("Recordings", ["Diagnosis", "ReaderTransport", "Station", "Traces"]),
    library("CaptureFile", ["Diagnosis"]),
    library("USBCapture", ["CaptureFile", "Diagnosis", "ReaderTransport", "Station"]),
    library("Certificates", ["COpenSSL", "Diagnosis", "ISO7816", "JapaneseCalendar"]),
    library("MyNumberCard", ["Certificates", "Diagnosis", "ISO7816", "JapaneseCalendar", "ReaderKit", "Station"]),
    library("Photograph", ["COpenJPEG", "CPNG", "Diagnosis"]),
    library("TwoDimensionalCode", ["CQRencode", "Diagnosis", "Photograph"]),
    library(
        "Eligibility",
        [
            "Centre", "MedicalAccess", "Certificates", "Diagnosis", "JapaneseCalendar", "MyNumberCard", "ReaderKit", "ReaderTransport",
            "Station",
        ]),

    // The flows beside the certified reader: apps, web reception, terminal.
    library(
        "Reception",
        [
            "Centre", "Certificates", "Diagnosis", "Eligibility", "JapaneseCalendar", "MedicalAccess", "MyNumberCard",
            "ReaderKit", "Station", "YAML",
        ]),
    // A session as a file, and what is to come of it.
    library(
        "Scenarios",
        [
            "Centre", "Diagnosis", "Eligibility", "Guidance", "JapaneseCalendar", "MedicalAccess", "ReaderKit", "Reception", "Staging",
            "YAML",
        ]),
    library(
        "ScenarioRunner",
        [
            "CardImages", "Cards", "Centre", "CentreSimulator", "Certificates", "Diagnosis", "DriverCatalog", "Eligibility", "ISO7816",
            "JapaneseCalendar", "MedicalAccess", "MyNumberCard", "ReaderKit", "ReaderTransport", "Reception", "Scenarios", "SimulationKit",
            "SimulatorCatalog", "Staging", "Station", "YAML",
        ]),

    library("SimulationKit", ["ReaderTransport", "Station"]),
    library("Staging", ["Diagnosis", "SimulationKit", "Station"]),
    library(
        "DriverCatalog",
        ["CCID", "Diagnosis", "ReaderClaims", "ReaderKit", "ReaderTransport", "Station"] + drivers.map { .byName(name: $0.name) }),
    library(
        "SimulatorCatalog",
        [
            "CCIDDevice", "Cards", "FaceTerminal", "GATTDevice", "ReaderClaims", "ReaderTransport", "SimulationKit", "Staging", "Station",
            "USBDevice",
        ]
            + simulators.map { .byName(name: "\($0.name)Simulator") }),
    .target(name: "FaceTerminal", dependencies: ["Diagnosis", "SimulationKit", "Staging", "Station"], path: "Simulators/FaceTerminal"),
    .target(
        name: "PanelCards", dependencies: ["CCIDDevice", "Diagnosis", "FaceTerminal", "Staging", "Station", "USBDevice"],
        path: "Simulators/PanelCards"),
    .target(
        name: "Cards", dependencies: ["COpenSSL", "SimulationKit", "Station"], path: "Simulators/Cards",
        exclude: ["Holders", "make-fixtures", "make-pictures"], resources: [.embedInCode("Fixtures")]),
    .target(name: "CardImages", dependencies: ["COpenSSL", "Cards", "Diagnosis", "YAML"], path: "Simulators/CardImages"),
    .target(
        name: "CentreSimulator",
        dependencies: [
            "COpenSSL", "CSQLite", "Cards", "Centre", "Certificates", "Diagnosis", "JapaneseCalendar", "MedicalAccess", "SimulationKit",
            "Station",
        ],
        path: "Simulators/Centre", exclude: ["PATIENTS.md"]),
    .target(name: "AuthoritySimulator", dependencies: ["COpenSSL", "Cards"], path: "Simulators/Authority"),
    .target(name: "GATTDevice", dependencies: ["ReaderTransport", "SimulationKit", "Station"], path: "Simulators/GATTDevice"),
    .target(name: "USBDevice", dependencies: ["ReaderTransport", "SimulationKit", "Station"], path: "Simulators/USBDevice"),
    .target(
        name: "CCIDDevice", dependencies: ["ReaderTransport", "SimulationKit", "Station", "USBDevice"], path: "Simulators/CCIDDevice"),
    .target(
        name: "USBIP", dependencies: ["Diagnosis", "ReaderTransport", "SimulationKit", "Station", "USBDevice"], path: "Simulators/USBIP"),
    .target(
        name: "GATT", dependencies: ["Diagnosis", "ReaderTransport", "SimulationKit", "Station", "SystemBus"], path: "Simulators/GATT"),
    .target(name: "VPCD", dependencies: ["Diagnosis", "SimulationKit", "Station"], path: "Simulators/VPCD"),

    library("Commands", ["CLinux", "Diagnosis"]),
    .executableTarget(
        name: "kazasu",
        dependencies: [
            "AuthoritySimulator", "BluetoothTransport", "CaptureFile", "CardImages", "Cards", "CCID", "CCIDDevice", "Centre",
            "CentreSimulator", "Certificates", "Commands", "Diagnosis", "DriverCatalog", "Eligibility", "GATT", "GenericCCID", "Guidance",
            "ISO7816", "JapaneseCalendar", "MyNumberCard", "PCSC", "Photograph", "PluginReader", "ReaderClaims", "ReaderKit",
            "ReaderTransport",
            "Recordings", "ScenarioRunner", "Scenarios", "SimulationKit", "SimulatorCatalog", "Staging", "Station", "Traces",
            "TransmissionProtocols", "USBCapture", "USBDevice", "USBIP", "USBTransport", "VPCD", "YAML",
        ]),

    // Counts calls of malloc and its family; only benchmarks link it.
    .target(name: "CAllocationCount", path: "Benchmarks/CAllocationCount"),
    .executableTarget(
        name: "PCSCOverhead", dependencies: ["CAllocationCount", "Diagnosis", "PCSC", "ReaderKit", "ReaderTransport", "Station"],
        path: "Benchmarks/PCSCOverhead", exclude: ["compare", "pyscard_client.py"]),
    .executableTarget(name: "PCSCPlainClient", dependencies: ["CPCSC"], path: "Benchmarks/PCSCPlainClient"),
    .executableTarget(name: "ExchangeCodec", dependencies: ["CAllocationCount", "ISO7816"], path: "Benchmarks/ExchangeCodec"),

    .target(name: "TestSupport", dependencies: ["Diagnosis", "Guidance", "SimulationKit", "Station"], path: "Tests/TestSupport"),
    .testTarget(name: "ISO7816Tests", dependencies: ["ISO7816", "SimulationKit", "TestSupport"], exclude: ["atr-analysis.pl"]),
    test(
        "TransmissionTests",
        ["CCIDDevice", "Cards", "ISO7816", "SimulationKit", "Station", "TestSupport", "TransmissionProtocols"]),
    test("ISODEPTests", ["ISODEP", "TestSupport"]),
    test("YAMLTests", ["TestSupport", "YAML"]),
    test("GuidanceTests", ["Guidance", "JapaneseCalendar", "SimulatorCatalog", "TestSupport"]),
    test("StationTests", ["Station", "TestSupport"]),
    test(
        "ScenarioTests",
        [
            "Diagnosis", "Eligibility", "ReaderKit", "ScenarioRunner", "Scenarios", "SimulatorCatalog", "Station", "TestSupport", "YAML",
            "kazasu",
        ]),
    test(
        "ReaderKitTests",
        ["Cards", "DualInterfaceSimulator", "ISO7816", "ReaderKit", "ReaderTransport", "SimulationKit", "Station", "TestSupport", "Traces"]),
    .testTarget(
        name: "CardTests", dependencies: ["CardImages", "Cards", "COpenSSL", "Diagnosis", "SimulationKit", "Station", "TestSupport"],
        exclude: ["judge-files.py"]),
    test("CertificateTests", ["AuthoritySimulator", "Cards", "Certificates", "COpenSSL", "SimulationKit", "TestSupport"]),
    test("CCIDTests", ["CCID", "Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station", "TestSupport"]),
    test(
        "FaceReaderTests",
        [
            "AlmexCPS100W", "CanonHiCARA", "Diagnosis", "FujitsuCaora", "PanasonicXCSTFR2", "ISO7816", "ReaderKit", "ReaderTransport",
            "AtlasEXC9000", "FaceReaderKit", "SonyRCS380",
            "Station", "TestSupport",
        ]),
    test("USBTransportTests", ["CLibUSB", "Diagnosis", "ReaderTransport", "Station", "TestSupport", "USBTransport"]),
    test(
        "BluetoothTransportTests",
        [
            "BluetoothTransport", "Diagnosis", "DriverCatalog", "GATT", "ReaderKit", "ReaderTransport", "SimulationKit", "Station",
            "SystemBus", "TestSupport",
        ]),
    test("JapaneseCalendarTests", ["JapaneseCalendar", "TestSupport"]),
    test(
        "MyNumberCardTests",
        [
            "Cards", "Certificates", "Diagnosis", "DualInterfaceSimulator", "ISO7816", "JapaneseCalendar", "MyNumberCard", "ReaderKit",
            "ReaderTransport", "SimulationKit", "Station", "TestSupport",
        ]),
    test("PhotographTests", ["Cards", "Photograph", "TestSupport"]),
    test(
        "EligibilityTests",
        [
            "Cards", "Centre", "CentreSimulator", "Certificates", "Diagnosis", "DualInterfaceSimulator", "Eligibility", "JapaneseCalendar",
            "MyNumberCard",
            "ReaderKit", "ReaderTransport", "SimulationKit", "Station", "TestSupport", "Traces",
        ]),
    .testTarget(
        name: "CaptureTests",
        dependencies: [
            "CCID", "CaptureFile", "Diagnosis", "ReaderTransport", "Recordings", "Station", "TestSupport", "USBCapture", "kazasu",
        ]),
    test(
        "VisitTests",
        [
            "Cards", "Centre", "CentreSimulator", "CCID", "Certificates", "Diagnosis", "DriverCatalog", "Eligibility", "Guidance",
            "JapaneseCalendar", "MedicalAccess", "MyNumberCard", "ReaderKit", "ReaderTransport", "SimulationKit", "SimulatorCatalog",
            "Staging", "Station", "TestSupport",
        ]),
    test(
        "CentreTests",
        [
            "Cards", "Centre", "CentreSimulator", "Certificates", "CSQLite", "Diagnosis", "Eligibility", "JapaneseCalendar",
            "MedicalAccess", "SimulationKit", "Station", "TestSupport", "TwoDimensionalCode",
        ]),
    .executableTarget(name: "SampleProgram", dependencies: ["CLinux", "Commands", "Diagnosis"], path: "Tests/Sample"),
    test(
        "CommandTests",
        [
            "CCID", "CardImages", "Cards", "Certificates", "Commands", "Diagnosis", "DriverCatalog", "GenericCCID", "Guidance",
            "MyNumberCard",
            "ReaderClaims", "ReaderKit", "ReaderTransport", "Recordings", "SampleProgram", "SimulationKit", "SimulatorCatalog", "Staging",
            "Station", "TestSupport", "Traces", "kazasu",
        ]),
    .executableTarget(
        name: "PCSCProbe",
        dependencies: [
            "Cards", "Centre", "CentreSimulator", "Certificates", "Diagnosis", "Eligibility", "MyNumberCard", "PCSC", "ReaderKit",
            "ReaderTransport",
            "Station",
        ], path: "Tests/PCSCProbe"),
    .testTarget(
        name: "InteroperabilityTests",
        dependencies: [
            "Cards", "Commands", "Diagnosis", "Eligibility", "PCSC", "PCSCProbe", "ReaderTransport", "SimulationKit", "Station",
            "TestSupport", "VPCD", "kazasu",
        ], exclude: ["other-card.py"]),
    test(
        "USBDeviceTests", ["CCIDDevice", "ReaderTransport", "SimulationKit", "Station", "TestSupport", "USBDevice", "USBIP", "kazasu"]),
    test(
        "TwinTests",
        [
            "AlmexCPS100WSimulator", "CCIDDevice", "CanonHiCARASimulator", "Cards", "Diagnosis", "FaceTerminal", "FujitsuCaoraSimulator",
            "AtlasEXC9000Simulator",
            "SonyRCS380Simulator",
            "ExhibitSimulator",
            "PanasonicXCSTFR2Simulator", "ReaderTransport", "SimulationKit", "Staging", "Station", "TestSupport", "USBDevice",
        ]),
    test(
        "StagingTests",
        [
            "AtlasEXC9000", "Cards", "DriverCatalog", "GenericCCID", "ISO7816", "ReaderKit", "ReaderTransport", "SimulationKit",
            "SimulatorCatalog", "Staging", "Station", "TestSupport",
        ]),
    .target(
        name: "ContractBenches",
        dependencies: [
            "Cards", "Conformance", "Diagnosis", "DriverCatalog", "ReaderKit", "ReaderTransport", "SimulationKit", "SimulatorCatalog",
            "Staging", "Station", "TestSupport",
        ], path: "Tests/ContractBenches"),
    test(
        "ContractTests",
        [
            "Conformance", "ContractBenches", "Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "SimulationKit", "Station",
            "TestSupport",
        ]),
    test(
        "PluginTests",
        [
            "CReaderPlugin", "Conformance", "Diagnosis", "ISO7816", "PluginReader", "ReaderKit", "ReaderTransport", "Station",
            "TestSupport", "kazasu",
        ]),
    .target(
        name: "ReaderSessions",
        dependencies: [
            "AlmexCPS100W", "AlmexCPS100WSimulator", "Cards", "Diagnosis", "FaceTerminal", "FujitsuCaora", "FujitsuCaoraSimulator",
            "ISO7816", "ReaderKit", "ReaderTransport", "SimulationKit", "Staging", "Station",
        ], path: "Tests/ReaderSessions"),
    test(
        "RecordingTests",
        [
            "Cards", "Diagnosis", "DualInterfaceSimulator", "ReaderKit", "ReaderSessions", "ReaderTransport", "Recordings", "SimulationKit",
            "Station", "TestSupport",
        ]),
    .target(
        name: "VisitSweep",
        dependencies: [
            "AlmexCPS100WSimulator", "Cards", "Centre", "CentreSimulator", "Certificates", "Diagnosis", "DriverCatalog", "Eligibility",
            "MedicalAccess", "MyNumberCard", "ReaderKit",
            "ReaderTransport", "SimulationKit", "SimulatorCatalog", "Staging", "Station",
        ], path: "Tests/VisitSweep"),
    .executableTarget(
        name: "FaultSweep", dependencies: ["ContractBenches", "ReaderTransport", "VisitSweep"], path: "Tests/FaultSweep"),
    test("FaultSweepTests", ["ReaderTransport", "VisitSweep"]),
    test("LayeringTests", []),
    test(
        "ReceptionTests",
        [
            "Cards", "Centre", "CentreSimulator", "Certificates", "Diagnosis", "DualInterfaceSimulator", "Eligibility", "Guidance",
            "JapaneseCalendar", "MedicalAccess", "MyNumberCard", "ReaderKit", "ReaderTransport", "Reception", "SimulationKit", "Station",
            "TestSupport", "TwoDimensionalCode",
        ]),
    test("MedicalAccessTests", ["JapaneseCalendar", "MedicalAccess", "TestSupport"]),
    test(
        "BluetoothReaderTests",
        [
            "ACR1255U", "ACR1255USimulator", "CCIDDevice", "CCIDOverGATT", "Cards", "Diagnosis", "FeitianBLE", "FeitianBLESimulator",
            "GATTDevice", "ISO7816", "ReaderKit", "ReaderTransport", "SimulationKit", "Station", "TestSupport",
        ]),
]

for model in drivers {
    targets.append(
        .target(
            name: model.name, dependencies: ["Diagnosis", "ReaderKit", "ReaderTransport", "Station"] + model.driverUses,
            path: "Drivers/\(model.name)", exclude: model.hasProtocol ? ["PROTOCOL.md"] : [], resources: model.driverData))
}
for model in simulators {
    targets.append(
        .target(
            name: "\(model.name)Simulator", dependencies: ["ReaderTransport", "SimulationKit", "Station"] + model.simulatorUses,
            path: "Simulators/\(model.name)"))
}

// Each reads outside bytes in Tests/Fuzz/<name>. They have no main of their own (libFuzzer brings it), which would break every
// other build, so they are there for `make fuzz` only.
let fuzzed: [(name: String, uses: [Target.Dependency])] = [
    ("Arguments", ["Commands", "Diagnosis"]),
    ("ACR1255UFrames", ["ACR1255U"]),
    ("ATR", ["ISO7816"]),
    ("Capture", ["CaptureFile", "ReaderTransport", "Station", "USBCapture"]),
    (
        "CardAnswer",
        ["Certificates", "Diagnosis", "DualInterfaceSimulator", "MyNumberCard", "ReaderKit", "SimulationKit", "Station"]
    ),
    ("CardFace", ["MyNumberCard"]),
    ("CCIDMessage", ["CCID"]),
    ("Certificate", ["Cards", "Certificates"]),
    ("Command", ["ISO7816"]),
    ("CVCertificate", ["Certificates"]),
    (
        "FaceReader",
        ["Cards", "Diagnosis", "DriverCatalog", "ReaderKit", "ReaderTransport", "SimulationKit", "SimulatorCatalog", "Staging", "Station"]
    ),
    ("FourItems", ["MyNumberCard"]),
    ("IssueRecord", ["MyNumberCard"]),
    ("Photograph", ["Photograph"]),
    ("Recording", ["ReaderTransport", "Recordings", "Station"]),
    ("Response", ["ISO7816"]),
    ("Revocation", ["AuthoritySimulator", "Cards", "Certificates"]),
    ("Scenario", ["Scenarios"]),
    ("TLV", ["ISO7816"]),
    ("TokenInformation", ["MyNumberCard"]),
    ("Trace", ["Traces"]),
    ("Transmission", ["ISO7816", "TransmissionProtocols"]),
    ("USBIP", ["CCIDDevice", "SimulationKit", "Station", "USBDevice", "USBIP"]),
]
if Context.environment["KAZASU_FUZZ"] != nil {
    for fuzz in fuzzed {
        targets.append(
            .executableTarget(name: "Fuzz\(fuzz.name)", dependencies: fuzz.uses, path: "Tests/Fuzz/\(fuzz.name)", exclude: ["corpus"]))
    }
}

let package = Package(
    name: "kazasu",
    products: [
        .executable(name: "kazasu", targets: ["kazasu"]),
        .library(
            name: "Kazasu",
            targets: [
                "ISO7816", "TransmissionProtocols", "Station", "ReaderTransport", "ReaderKit", "CCID", "USBTransport", "DriverCatalog",
                "MyNumberCard", "CCIDOverGATT",
                "Certificates", "Conformance", "Eligibility", "PluginReader", "Recordings",
                "CaptureFile", "USBCapture",
            ]),
        .library(
            name: "KazasuSimulators",
            targets: [
                "SimulationKit", "SimulatorCatalog", "Staging", "CardImages", "Cards", "DualInterfaceSimulator", "FujitsuCaoraSimulator",
                "ExhibitSimulator",
                "AlmexCPS100WSimulator", "CanonHiCARASimulator", "PanasonicXCSTFR2Simulator", "FaceTerminal", "CentreSimulator",
                "AuthoritySimulator", "CCIDDevice", "USBDevice", "USBIP", "ACR1255USimulator", "FeitianBLESimulator", "GATTDevice",
                "AtlasEXC9000Simulator",
                "VPCD",
            ]),
    ],
    targets: targets,
    swiftLanguageModes: [.v6]
)
