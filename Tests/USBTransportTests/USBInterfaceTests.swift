import CLibUSB
import ReaderTransport
import Station
import TestSupport
import Testing

@testable import USBTransport

@Suite struct USBInterfaceTests {
    private static let bulkIn = USBInterface.Endpoint(address: 0x81, attributes: 2, packetSize: 64)
    private static let bulkOut = USBInterface.Endpoint(address: 0x02, attributes: 2, packetSize: 64)
    private static let interruptIn = USBInterface.Endpoint(address: 0x83, attributes: 3, packetSize: 8)
    private static let classDescriptor = hex("36 21 10 01 01") + [UInt8](repeating: 7, count: 49)

    private func interface(
        _ classCode: UInt8, protocolCode: UInt8 = 0, _ endpoints: [USBInterface.Endpoint] = [bulkIn, bulkOut, interruptIn],
        extra: [UInt8] = classDescriptor
    ) -> USBInterface {
        USBInterface(number: 0, classCode: classCode, protocolCode: protocolCode, endpoints: endpoints, extra: extra)
    }

    @Test func anInterfaceIsUsedByItsClass() {
        #expect(interface(0x0B).use(isKnownReader: false) == .ccid(descriptor: Self.classDescriptor))
        #expect(interface(0xFF).use(isKnownReader: false) == .bulk)
        #expect(interface(0xFF).use(isKnownReader: true) == .ccid(descriptor: Self.classDescriptor))
        #expect(interface(0xFF, extra: []).use(isKnownReader: true) == .bulk)
        #expect(interface(0x03, [Self.interruptIn]).use(isKnownReader: false) == .hid)
        #expect(interface(0x08).use(isKnownReader: true) == nil)
    }

    @Test func anInterfaceWithoutItsEndpointsIsOfNoUse() {
        #expect(interface(0x0B, [Self.bulkIn, Self.interruptIn]).use(isKnownReader: false) == nil)
        #expect(interface(0xFF, [Self.bulkOut]).use(isKnownReader: true) == nil)
        #expect(interface(0x03, [Self.bulkIn]).use(isKnownReader: false) == nil)
        // A keyboard beside the reader.
        #expect(interface(0x03, protocolCode: 1, [Self.interruptIn]).use(isKnownReader: false) == nil)
        // ICCD: a card that is spoken to by control transfers.
        #expect(interface(0x0B, protocolCode: 1).use(isKnownReader: false) == nil)
        #expect(interface(0x0B, protocolCode: 2).use(isKnownReader: false) == nil)
    }

    @Test func theSettingWithTheEndpointsIsTaken() {
        let idle = interface(0x0B, [])
        var working = interface(0x0B)
        working.setting = 1
        #expect(USBInterface.best(of: [idle, working], isKnownReader: false) == working)
        #expect(USBInterface.best(of: [idle], isKnownReader: false) == idle)
        #expect(USBInterface.best(of: [], isKnownReader: false) == nil)
    }

    @Test func theClassDescriptorIsFoundWhereReadersPutIt() {
        let other = hex("09 21 11 01 00 01 22 3F 00")
        #expect(interface(0x0B, extra: other + Self.classDescriptor).use(isKnownReader: false) == .ccid(descriptor: Self.classDescriptor))
        var late = Self.bulkOut
        late.extra = Self.classDescriptor
        #expect(interface(0x0B, [Self.bulkIn, late], extra: other).use(isKnownReader: false) == .ccid(descriptor: Self.classDescriptor))
        #expect(interface(0x0B, extra: []).use(isKnownReader: false) == .ccid(descriptor: []))
    }

    @Test func descriptorsThatLieAboutTheirLengthAreSurvived() {
        for bytes in [hex("00 21"), hex("01 21"), hex("36"), hex("36 21 00"), hex("02 21 FF 21"), hex("03 30 00 36")] {
            #expect(USBInterface.find(type: 0x21, count: 54, in: bytes) == nil)
        }
        for count in 0..<54 { #expect(USBInterface.find(type: 0x21, count: 54, in: Array(Self.classDescriptor.prefix(count))) == nil) }
    }

    @Test func lanesAreNumberedAndMeasured() {
        var vendor = interface(0xFF, extra: [])
        vendor.number = 1
        let reports = USBInterface(number: 2, classCode: 0x03, endpoints: [Self.interruptIn])
        let storage = interface(0x08)
        let lanes = USBDevice.lanes(of: [storage, interface(0x0B), vendor, reports], isKnownReader: false)
        #expect(
            lanes.map(\.lane) == [
                Lane(id: LaneID(rawValue: 0), kind: .ccid, slots: 2, descriptor: Self.classDescriptor, packetSize: 64),
                Lane(id: LaneID(rawValue: 1), kind: .bulk, slots: 0, packetSize: 64),
                Lane(id: LaneID(rawValue: 2), kind: .hid, slots: 0, packetSize: 8),
            ])
        #expect(lanes.map(\.interface.number) == [0, 1, 2])
    }

    @Test func aReaderIsNamedByWhatAndWhere() {
        let reader = USBIdentity(vendor: 0x054C, product: 0x0DC8, place: "1-2.3")
        #expect(reader.name == "054c:0dc8@1-2.3")
        #expect(
            reader.udevRule
                == "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"054c\", ATTR{idProduct}==\"0dc8\", MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\""
        )
    }

    @Test func aProductTellsWhatItsInterfacesDoNot() {
        let product = USBProduct(vendor: 0x1209, product: 0x0002)
        let marked = [interface(0x0B)]
        let own = [interface(0xFF)]
        let bare = [interface(0xFF, extra: [])]
        let unmarked = ReaderProducts(unmarked: [product])
        let withoutCCID = ReaderProducts(withoutCCID: [product])
        #expect(USBDevice.isReader(product, marked, ReaderProducts()))
        // Any device may have an interface of its maker's class, and a descriptor there that looks like that of CCID.
        #expect(!USBDevice.isReader(product, own, ReaderProducts()))
        #expect(USBDevice.isReader(product, own, unmarked))
        #expect(USBDevice.lanes(of: own, isKnownReader: true).map(\.lane.kind) == [.ccid])
        #expect(!USBDevice.isReader(product, bare, unmarked))
        #expect(USBDevice.isReader(product, bare, withoutCCID))
        #expect(USBDevice.lanes(of: bare, isKnownReader: false).map(\.lane.kind) == [.bulk])
    }

    @Test func refusalsSayWhatToDo() {
        let reader = USBIdentity(vendor: 0x054C, product: 0x0DC8, place: "1-2")
        func error(_ code: libusb_error) -> TransportError { USBCode.error(code.rawValue, reader, doing: "libusb_open") }
        let forbidden = error(LIBUSB_ERROR_ACCESS)
        #expect(forbidden.code == "usb-not-permitted" && forbidden.category == .notPermitted)
        #expect(forbidden.sentence.english.contains(reader.udevRule) && forbidden.sentence.japanese.contains(reader.udevRule))
        let held = error(LIBUSB_ERROR_BUSY)
        #expect(held.code == "usb-held" && held.sentence.english.contains("pcsc:NAME") && held.sentence.japanese.contains("pcsc:名前"))
        #expect(error(LIBUSB_ERROR_NO_DEVICE).code == "usb-gone" && error(LIBUSB_ERROR_NOT_FOUND).code == "usb-gone")
        #expect(error(LIBUSB_ERROR_IO).code == "usb-failed")
        #expect(forbidden.cause == "libusb_open of 054c:0dc8@1-2: LIBUSB_ERROR_ACCESS")
    }

    /// The Sony RC-S300 has a CCID interface and one of the maker's own; pcscd holds the first only.
    @Test func aReaderWhoseCardsAnotherProgramHasIsRefused() throws {
        let reader = USBIdentity(vendor: 0x054C, product: 0x0DC8, place: "1-2")
        var cards = interface(0x0B)
        cards.number = 1
        func lanes(needsCards: Bool, held: Set<UInt8>, first: USBInterface, second: USBInterface) throws(TransportError) -> [Lane.Kind] {
            let lanes = USBDevice.lanes(of: [first, second], isKnownReader: false)
            return try USBSource.claim(lanes, of: reader, needsCards: needsCards) {
                held.contains($0.number) ? LIBUSB_ERROR_BUSY.rawValue : 0
            }.map(\.lane.kind)
        }
        let vendor = interface(0xFF, extra: [])
        for (first, second) in [(vendor, cards), (cards, vendor)] {
            let error = #expect(throws: TransportError.self) { try lanes(needsCards: true, held: [1], first: first, second: second) }
            #expect(error?.code == "usb-held" && error?.cause == "libusb_claim_interface of 054c:0dc8@1-2: LIBUSB_ERROR_BUSY")
            #expect(try lanes(needsCards: false, held: [1], first: first, second: second) == [.bulk])
            #expect(try lanes(needsCards: true, held: [0], first: first, second: second) == [.ccid])
        }
        let nothing = #expect(throws: TransportError.self) { try lanes(needsCards: false, held: [0, 1], first: cards, second: vendor) }
        #expect(nothing?.code == "usb-held")
    }

    @Test func everyEndOfATransferIsTold() {
        let ends: [(libusb_transfer_status, TransferStatus)] = [
            (LIBUSB_TRANSFER_COMPLETED, .completed), (LIBUSB_TRANSFER_CANCELLED, .aborted), (LIBUSB_TRANSFER_STALL, .stalled),
            (LIBUSB_TRANSFER_NO_DEVICE, .unplugged), (LIBUSB_TRANSFER_OVERFLOW, .overflow), (LIBUSB_TRANSFER_ERROR, .failed(1)),
        ]
        for (end, status) in ends { #expect(USBCode.status(end) == status) }
        #expect(USBCode.status(LIBUSB_ERROR_NO_DEVICE.rawValue) == .unplugged)
        #expect(USBCode.status(LIBUSB_ERROR_BUSY.rawValue) == .heldByAnother)
        #expect(USBCode.status(LIBUSB_ERROR_NOT_SUPPORTED.rawValue) == .failed(-12))
    }

    @Test func aMachineWithOrWithoutUSBIsListed() throws {
        let source = USBSource()
        let listed = try source.attachments()
        #expect(listed.allSatisfy { $0.name.contains("@") })
        let nothing = AttachmentDescription(name: "0000:0000@0-0", product: "")
        #expect(throws: TransportError.self) { _ = try source.open(nothing, on: Station(.real)) }
    }
}
