import ReaderClaims

/// A way to readers that have no simulator of their own here: whichever reader is there is used by what it is, not by its model.
public struct ReaderWay: Sendable, Hashable {
    /// The word before the colon of its selectors.
    public let scheme: String
    /// What stands behind the colon, for people.
    public let name: String
    /// What can be reached, in a few English words.
    public let capabilities: String
    /// What is claimed of it.
    public let claims: ModelClaims

    /// Every way: one entry each.
    public static let all = [
        ReaderWay(
            scheme: "usb", name: "usb:…", capabilities: "any CCID reader that takes APDUs or TPDUs, over libusb",
            claims: ModelClaims(
                evidence: [
                    Evidence(.together, "in a guest kernel"), Evidence(.independentSimulator, "readers in Python over USB/IP"),
                ], provenance: .published, source: "USB CCID 1.1, ISO/IEC 7816-3")),
        ReaderWay(
            scheme: "ble", name: "ble:…", capabilities: "ACS ACR1255U-J1, Feitian bR301 BLE and bR500, over BlueZ",
            claims: ModelClaims(
                evidence: [
                    Evidence(.together, "through bluetoothd in a guest kernel"),
                    Evidence(.independentSimulator, "readers in Python at bluetoothd in a guest kernel"),
                ], provenance: .published, source: "the sources of acr1255u and feitian-ble")),
        ReaderWay(
            scheme: "pcsc", name: "pcsc:…", capabilities: "any reader that pcscd drives, over libpcsclite",
            claims: ModelClaims(
                evidence: [Evidence(.stockSoftware, "pcscd with vpcd")], provenance: .published, source: "PC/SC part 3, pcsc-lite")),
        ReaderWay(
            scheme: "plugin", name: "plugin:FILE", capabilities: "a vendor's SDK behind a C header; identity as it declares",
            claims: ModelClaims(
                identity: IdentityWay.allCases, evidence: [Evidence(.together, "a small plugin in C keeps the contract of all drivers")],
                provenance: .published, source: "kazasu_reader.h")),
    ]
}
