/// Who may import whom: the arrows of the picture in CONTRIBUTING.md, one line for each folder with sources.
enum Layers {
    static let allowed: [String: Set<String>] = [
        "Sources/Diagnosis": [],
        "Sources/YAML": ["CYAML"],
        "Sources/ISO7816": [],
        "Sources/JapaneseCalendar": [],
        "Sources/Station": [],
        "Sources/ReaderTransport": ["Diagnosis", "Station"],
        "Sources/ReaderKit": ["Diagnosis", "ISO7816", "ReaderTransport", "Station"],
        "Sources/CCID": ["Diagnosis", "ISO7816", "ReaderKit", "ReaderTransport", "Station"],
        "Sources/USBTransport": ["CLibUSB", "Diagnosis", "ReaderTransport", "Station"],
        "Sources/Traces": ["Diagnosis", "ISO7816"],
        "Sources/Certificates": ["COpenSSL", "Diagnosis", "ISO7816", "JapaneseCalendar"],
        "Sources/MyNumberCard": ["Certificates", "Diagnosis", "ISO7816", "JapaneseCalendar", "ReaderKit", "Station"],
        "Sources/Photograph": ["COpenJPEG", "CPNG", "Diagnosis"],
        "Sources/Eligibility": [
            "Certificates", "Diagnosis", "JapaneseCalendar", "MyNumberCard", "ReaderKit", "ReaderTransport", "Station",
        ],
        "Sources/SimulationKit": ["ReaderTransport", "Station"],
        "Sources/Staging": ["Diagnosis", "SimulationKit", "Station"],
        "Sources/Commands": ["CLinux", "Diagnosis"],
        "Sources/kazasu": [
            "AuthoritySimulator", "CCIDDevice", "CardImages", "Cards", "CentreSimulator", "Certificates", "Commands", "Diagnosis",
            "DriverCatalog", "Eligibility", "ISO7816", "JapaneseCalendar", "MyNumberCard", "PCSC", "Photograph", "ReaderKit",
            "ReaderTransport", "SimulationKit", "SimulatorCatalog", "Staging", "Station", "Traces", "USBDevice", "USBIP", "USBTransport",
            "VPCD", "YAML",
        ],
        // One line a model, and nothing else.
        "Sources/DriverCatalog": ["AlmexCPS100W", "CCID", "FujitsuCaora", "ReaderKit", "ReaderTransport"],
        "Sources/SimulatorCatalog": [
            "AlmexCPS100WSimulator", "CCIDDevice", "DualInterfaceSimulator", "FaceTerminal", "FujitsuCaoraSimulator", "ReaderTransport",
            "SimulationKit", "Staging", "Station", "USBDevice",
        ],

        // A driver cannot tell what it talks to: it sees the cable and no simulation.
        "Drivers/PCSC": ["CPCSC"] + driver,
        "Drivers/FujitsuCaora": ["CCID"] + driver,
        "Drivers/AlmexCPS100W": ["ISO7816"] + driver,

        // A simulator reads the documents on its own: it shares nothing with drivers above the cable.
        "Simulators/Cards": ["COpenSSL", "SimulationKit", "Station"],
        "Simulators/CardImages": ["COpenSSL", "Cards", "Diagnosis", "YAML"],
        "Simulators/DualInterface": simulator,
        // Panel, camera and stage of a reader with face authentication, without a wire.
        "Simulators/FaceTerminal": ["Diagnosis", "Staging", "Station"],
        "Simulators/FujitsuCaora": ["CCIDDevice", "Diagnosis", "FaceTerminal", "Staging", "USBDevice"] + simulator,
        "Simulators/AlmexCPS100W": ["Diagnosis", "FaceTerminal", "Staging"] + simulator,
        "Simulators/USBDevice": simulator,
        "Simulators/CCIDDevice": ["USBDevice"] + simulator,
        "Simulators/USBIP": ["Diagnosis", "USBDevice"] + simulator,
        "Simulators/VPCD": ["Diagnosis", "SimulationKit", "Station"],
        // Signs with OpenSSL on its own, so that it cannot confirm what Certificates gets wrong.
        "Simulators/Authority": ["COpenSSL", "Cards"],
        // Implements the protocol of Eligibility and finds people by certificate serial.
        "Simulators/Centre": ["CSQLite", "Cards", "Certificates", "Diagnosis", "Eligibility", "JapaneseCalendar", "Station"],

        "Benchmarks/ExchangeCodec": ["CAllocationCount", "ISO7816"],
        "Benchmarks/PCSCOverhead": ["CAllocationCount", "Diagnosis", "PCSC", "ReaderKit", "ReaderTransport", "Station"],
    ]

    private static let driver: Set<String> = ["Diagnosis", "ReaderKit", "ReaderTransport", "Station"]
    private static let simulator: Set<String> = ["ReaderTransport", "SimulationKit", "Station"]

    /// What comes with Swift and the C library.
    static func systemModules(of folder: String) -> Set<String> {
        // Pure: bytes in, bytes out.
        if folder == "Sources/ISO7816" { return [] }
        let json: Set<String> = ["Sources/Eligibility", "Sources/Traces", "Sources/kazasu"]
        return json.contains(folder) ? ["FoundationEssentials", "Glibc", "Synchronization"] : ["Glibc", "Synchronization"]
    }
}

extension Set {
    fileprivate static func + (left: Set, right: Set) -> Set { left.union(right) }
}
