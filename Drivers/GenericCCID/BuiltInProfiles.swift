import ReaderTransport

// The readers that are known from the beginning: one entry a reader. The numbers are published, in the dumps of descriptors of the CCID
// project (commit 5de6a966 of 2026-06-27), unless an entry says otherwise; what a slot is for is from the readers' product names.

extension ReaderProfile {
    /// Every reader of the table.
    public static let builtIn: [ReaderProfile] = [
        reader("Sony RC-S300/S", 0x054C, 0x0DC8, [marked(.t1, 0x0004_007E, 522, 254)]),
        reader("Sony RC-S300/P", 0x054C, 0x0DC9, [marked(.t1, 0x0004_007E, 522, 254)]),
        reader("Sony RC-S660/U", 0x054C, 0x0D8F, [marked(.t1, 0x0004_007E, 522, 254)]),
        reader("ACS ACR39U", 0x072F, 0xB100, [marked(both, 0x0001_00B2, 271, 247)]),
        reader("ACS ACR3901U", 0x072F, 0xB000, [marked(both, 0x0002_00BA, 271, 247)]),
        reader(
            "ACS ACR1251 Dual", 0x072F, 0x221A,
            [marked(.t1, 0x0004_0040, 522, 512, ["contactless"]), marked(both, 0x0002_00BA, 288, 254, ["SAM"])]),
        // Seen with an ACR1251DI-NTTCom by one person; its descriptors are not published.
        reader("ACS ACR1251U-C", 0x072F, 0x221B, [], provenance: "one report, without descriptors"),
        reader(
            "ACS ACR1252 Dual", 0x072F, 0x223B,
            [marked(.t1, 0x0004_0040, 522, 254, ["contactless"]), marked(both, 0x0002_04BA, 288, 254, ["SAM"])]),
        reader("ACS ACR1252", 0x072F, 0x223E, [marked(.t1, 0x0004_04BA, 522, 254)]),
        reader("ACS ACR1255U-J1", 0x072F, 0x223F, [marked(.t1, 0x0004_0040, 522, 512)]),
        reader("NTTCom SCR3310-NTTCom", 0x04E6, 0x511A, [unmarked(both, 0x0001_01BA, 271, 252)]),
        reader("SCM SCR3310", 0x04E6, 0x5116, [marked(both, 0x0001_00BA, 271, 252)]),
        // Which of the two slots is which is assumed.
        reader("SCM SCR331-DI-NTTCom", 0x04E6, 0x5120, [unmarked(both, 0x0001_00BA, 263, 252, ["contact", "contactless"])]),
        reader("Identiv SCR3500 A", 0x04E6, 0x5814, [marked(both, 0x0001_00BA, 271, 252)]),
        reader("Identiv CLOUD 2700 R", 0x04E6, 0x5810, [marked(both, 0x0004_04BA, 271, 254)]),
        reader("Identiv uTrust 2900 R", 0x04E6, 0x5811, [marked(both, 0x0001_00BA, 271, 252)]),
        reader("Identiv uTrust 3700 F", 0x04E6, 0x5790, [marked(both, 0x0004_04BE, 1_034, 1_024)]),
        reader("Circle CIR115 ICC", 0x31AA, 0x1000, [marked(both, 0x0001_00B2, 271, 247)]),
        reader("Circle CIR315 DI", 0x31AA, 0x3003, [marked(both, 0x0004_04BA, 522, 512)]),
        reader("Circle CIR415 CL", 0x31AA, 0x4001, [marked(both, 0x0004_04BA, 522, 254)]),
        reader("Feitian bR301", 0x096E, 0x061A, [marked(both, 0x0004_04BE, 272, 272)]),
        reader("Feitian bR301 BLE", 0x096E, 0x0624, [marked(both, 0x0004_04BA, 271, 271)]),
        reader("Feitian bR500", 0x096E, 0x0623, [marked(both, 0x0004_04BE, 516, 516)]),
        reader("Feitian BLE CCID dongle", 0x096E, 0x0621, [marked(both, 0x0004_04BE, 516, 384)]),
        reader("Feitian R502-CL", 0x096E, 0x0608, [marked(.t1, 0x0004_04BE, 271, 252)]),
        reader("HID OMNIKEY 5022", 0x076B, 0x5022, [marked(both, 0x0004_04BA, 520, 254)]),
        reader("Panasonic 7A-Smart", 0x04DA, 0x117A, [marked(both, 0x0001_0230, 271, 254)]),
    ]

    private static let both: CardProtocols = [.t0, .t1]

    private static func reader(
        _ name: String, _ vendor: UInt16, _ product: UInt16, _ interfaces: [Interface],
        provenance: String = "published: descriptor dumps of the CCID project"
    ) -> ReaderProfile {
        ReaderProfile(name: name, usb: USBProduct(vendor: vendor, product: product), interfaces: interfaces, provenance: provenance)
    }

    /// An interface of the class of CCID.
    private static func marked(
        _ protocols: CardProtocols, _ features: UInt32, _ maxMessageLength: UInt32, _ maxIFSD: UInt32, _ slots: [String] = []
    ) -> Interface {
        Interface(protocols: protocols, features: features, maxMessageLength: maxMessageLength, maxIFSD: maxIFSD, slots: slots)
    }

    /// An interface of the maker's own class.
    private static func unmarked(
        _ protocols: CardProtocols, _ features: UInt32, _ maxMessageLength: UInt32, _ maxIFSD: UInt32, _ slots: [String] = []
    ) -> Interface {
        Interface(
            isMarked: false, protocols: protocols, features: features, maxMessageLength: maxMessageLength, maxIFSD: maxIFSD, slots: slots)
    }
}
