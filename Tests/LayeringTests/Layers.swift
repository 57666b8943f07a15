/// Who may import whom: the arrows of the picture in CONTRIBUTING.md, one line for each folder with sources, and one for all reader models.
enum Layers {
    /// What a folder may import; `nil` for one that is not in the picture.
    static func modules(for folder: String) -> Set<String>? {
        if let line = lines[folder] { return line }
        if folder.hasPrefix("Drivers/") { return driver }
        if folder.hasPrefix("Simulators/") { return twin }
        return nil
    }

    static let lines: [String: Set<String>] = [
        "Sources/Diagnosis": [],
        "Sources/ReaderClaims": [],
        "Sources/YAML": ["CYAML"],
        "Sources/ISO7816": [],
        "Sources/TransmissionProtocols": ["ISO7816"],
        // The reader's side of ISO/IEC 14443-3 type B and 14443-4: bytes in, bytes out.
        "Sources/ISODEP": [],
        "Sources/JapaneseCalendar": [],
        // Who may see what of a patient's medical information.
        "Sources/MedicalAccess": ["Diagnosis", "JapaneseCalendar"],
        "Sources/Guidance": ["Diagnosis", "JapaneseCalendar", "YAML"],
        "Sources/Station": [],
        "Sources/ReaderTransport": ["Diagnosis", "Station"],
        "Sources/ReaderKit": ["Diagnosis", "ISO7816", "ReaderTransport", "Station"],
        "Sources/CCID": ["Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station", "TransmissionProtocols"],
        // What drivers of readers with panel and camera have in common.
        "Sources/FaceReaderKit": ["CCID", "Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"],
        "Sources/CCIDOverGATT": ["ReaderKit", "ReaderTransport", "Station"],
        "Sources/USBTransport": ["CLibUSB", "Diagnosis", "ReaderTransport", "Station"],
        // D-Bus, for both sides of the cable: nothing of any reader is in it.
        "Sources/SystemBus": ["CSystemd", "Diagnosis"],
        "Sources/BluetoothTransport": ["CLinux", "Diagnosis", "ReaderTransport", "Station", "SystemBus"],
        "Sources/Conformance": ["Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"],
        "Sources/PluginReader": ["CReaderPlugin", "Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"],
        "Sources/Traces": ["Diagnosis", "ISO7816"],
        "Sources/Recordings": ["Diagnosis", "ReaderTransport", "Station", "Traces"],
        "Sources/CaptureFile": ["Diagnosis"],
        "Sources/USBCapture": ["CaptureFile", "Diagnosis", "ReaderTransport", "Station"],
        "Sources/Certificates": ["COpenSSL", "Diagnosis", "ISO7816", "JapaneseCalendar"],
        "Sources/MyNumberCard": ["Certificates", "Diagnosis", "ISO7816", "JapaneseCalendar", "ReaderKit", "Station"],
        "Sources/Photograph": ["COpenJPEG", "CPNG", "Diagnosis"],
        "Sources/TwoDimensionalCode": ["CQRencode", "Diagnosis", "Photograph"],
        // The eligibility system as a terminal sees it.
        "Sources/Centre": ["Certificates", "Diagnosis", "JapaneseCalendar", "MedicalAccess", "Station"],
        "Sources/Eligibility": [
            "Centre", "Certificates", "Diagnosis", "JapaneseCalendar", "MedicalAccess", "MyNumberCard", "ReaderKit", "ReaderTransport",
            "Station",
        ],
        // The flows beside the certified reader.
        "Sources/Reception": [
            "Centre", "Certificates", "Diagnosis", "Eligibility", "JapaneseCalendar", "MedicalAccess", "MyNumberCard",
            "ReaderKit", "Station", "YAML",
        ],
        // A session as a file: pure.
        "Sources/Scenarios": [
            "Centre", "Diagnosis", "Eligibility", "Guidance", "JapaneseCalendar", "MedicalAccess", "ReaderKit", "Reception", "Staging",
            "YAML",
        ],
        // Plays them at simulated readers by their drivers.
        "Sources/ScenarioRunner": [
            "CardImages", "Cards", "Centre", "CentreSimulator", "Certificates", "Diagnosis", "DriverCatalog", "Eligibility", "ISO7816",
            "JapaneseCalendar", "MedicalAccess", "MyNumberCard", "ReaderKit", "ReaderTransport", "Reception", "Scenarios", "SimulationKit",
            "SimulatorCatalog", "Staging", "Station", "YAML",
        ],
        "Sources/SimulationKit": ["ReaderTransport", "Station"],
        "Sources/Staging": ["Diagnosis", "SimulationKit", "Station"],
        "Sources/Commands": ["CLinux", "Diagnosis"],
        "Sources/kazasu": [
            "AuthoritySimulator", "BluetoothTransport", "CCIDDevice", "CardImages", "Cards", "CentreSimulator", "Certificates",
            "Centre", "Commands", "Diagnosis", "DriverCatalog", "Eligibility", "GATT", "Guidance", "ISO7816", "JapaneseCalendar",
            "MyNumberCard", "PCSC",
            "Photograph", "PluginReader", "GenericCCID",
            "ReaderKit",
            "ReaderTransport", "Recordings", "SimulationKit", "SimulatorCatalog", "Staging", "Station", "Traces", "USBDevice", "USBIP",
            "USBTransport",
            "VPCD", "YAML",
            "CCID", "CaptureFile", "ReaderClaims", "USBCapture",
            "TransmissionProtocols",
            "ScenarioRunner", "Scenarios",
        ],
        // Every model, and no other part of the program.
        "Sources/DriverCatalog": ["CCID", "Diagnosis", "ReaderClaims", "ReaderKit", "ReaderTransport", "Station"]
            + Repository.names(in: "Drivers"),
        "Sources/SimulatorCatalog": ["Cards", "GATTDevice", "ReaderClaims"] + twin
            + Set(Repository.names(in: "Simulators").map { $0 + "Simulator" }),

        "Drivers/PCSC": ["CPCSC"] + driver,
        // Readers are a data file.
        "Drivers/GenericCCID": ["YAML"] + driver,
        "Drivers/ACR1255U": ["CCIDOverGATT", "COpenSSL"] + driver,
        "Drivers/FeitianBLE": ["CCIDOverGATT"] + driver,

        "Simulators/Cards": ["COpenSSL", "SimulationKit", "Station"],
        "Simulators/CardImages": ["COpenSSL", "Cards", "Diagnosis", "YAML"],
        // Panel, camera and stage of a reader with face authentication, without a wire but for what several wires have alike.
        "Simulators/FaceTerminal": ["Diagnosis", "SimulationKit", "Staging", "Station"],
        "Simulators/USBDevice": simulator,
        "Simulators/GATTDevice": simulator,
        // Encrypts with OpenSSL on its own, as its driver does.
        "Simulators/ACR1255U": ["COpenSSL", "GATTDevice"] + twin,
        "Simulators/FeitianBLE": ["GATTDevice"] + twin,
        // Every part at once; its panel is that of a Caora.
        "Simulators/Exhibit": ["FujitsuCaoraSimulator"] + twin,
        "Simulators/CCIDDevice": ["USBDevice"] + simulator,
        "Simulators/USBIP": ["Diagnosis", "USBDevice"] + simulator,
        "Simulators/GATT": ["Diagnosis", "SystemBus"] + simulator,
        "Simulators/VPCD": ["Diagnosis", "SimulationKit", "Station"],
        // Signs with OpenSSL on its own, so that it cannot confirm what Certificates gets wrong.
        "Simulators/Authority": ["COpenSSL", "Cards"],
        // Implements the protocol of Eligibility and finds people by certificate serial.
        // It keeps passcodes and passwords as hashes by OpenSSL.
        "Simulators/Centre": [
            "COpenSSL", "CSQLite", "Cards", "Centre", "Certificates", "Diagnosis", "JapaneseCalendar", "MedicalAccess", "SimulationKit",
            "Station",
        ],

        "Benchmarks/ExchangeCodec": ["CAllocationCount", "ISO7816"],
        "Benchmarks/PCSCOverhead": ["CAllocationCount", "Diagnosis", "PCSC", "ReaderKit", "ReaderTransport", "Station"],
    ]

    /// A reader's driver cannot tell what it talks to: it sees the cable and no simulation.
    private static let driver: Set<String> = [
        "CCID", "Diagnosis", "FaceReaderKit", "ISO7816", "ISODEP", "ReaderKit", "ReaderTransport", "Station",
    ]
    /// What is simulated reads the documents on its own: it shares nothing with drivers above the cable.
    private static let simulator: Set<String> = ["ReaderTransport", "SimulationKit", "Station"]
    /// The twin of a driver, with the parts that many twins have.
    private static let twin: Set<String> = ["CCIDDevice", "Diagnosis", "FaceTerminal", "PanelCards", "Staging", "USBDevice"] + simulator

    /// What comes with Swift and the C library.
    static func systemModules(of folder: String) -> Set<String> {
        // Pure: bytes in, bytes out.
        if folder == "Sources/ISO7816" { return [] }
        let json: Set<String> = ["Sources/Eligibility", "Sources/Traces", "Sources/kazasu"]
        return json.contains(folder) ? ["FoundationEssentials", "Glibc", "Synchronization"] : ["Glibc", "Synchronization"]
    }
}

extension Set {
    fileprivate static func + (left: Set, right: some Sequence<Element>) -> Set { left.union(right) }
}
