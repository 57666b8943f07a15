import FoundationEssentials

/// Which USB readers the PC/SC service has drivers for, by the lists that the drivers bring.
struct DoctorDrivers {
    private struct Bundle: Decodable {
        let ifdVendorID: Names?
        let ifdProductID: Names?
        let ifdFriendlyName: Names?
    }

    /// One text or several: drivers write either.
    private struct Names: Decodable {
        let all: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(String.self) { all = [one] } else { all = try container.decode([String].self) }
        }
    }

    private struct ID: Hashable {
        let vendor: UInt16
        let product: UInt16
    }

    private var names: [ID: String] = [:]
    /// Whether there is any driver for USB readers at all.
    private(set) var isEmpty = true

    /// The drivers in a folder.
    init(_ folder: String) {
        for name in folderNames(folder) ?? [] where name.hasSuffix(".bundle") {
            guard let bytes = try? readFile("\(folder)/\(name)/Contents/Info.plist", limit: 4 << 20),
                let bundle = try? PropertyListDecoder().decode(Bundle.self, from: Data(bytes))
            else { continue }
            isEmpty = false
            add(bundle)
        }
    }

    private mutating func add(_ bundle: Bundle) {
        let texts = [bundle.ifdVendorID, bundle.ifdProductID, bundle.ifdFriendlyName].map { $0?.all ?? [] }
        for ((vendor, product), name) in zip(zip(texts[0], texts[1]), texts[2]) {
            guard let vendor = Self.number(vendor), let product = Self.number(product) else { continue }
            names[ID(vendor: vendor, product: product)] = name
        }
    }

    private static func number(_ text: String) -> UInt16? {
        UInt16(text.hasPrefix("0x") ? String(text.dropFirst(2)) : text, radix: 16)
    }

    /// How the name of such a reader begins; `nil` where no driver knows it.
    func name(of reader: DoctorUSBReader) -> String? { names[ID(vendor: reader.vendor, product: reader.product)] }
}
