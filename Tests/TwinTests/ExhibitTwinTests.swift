import ExhibitSimulator
import ReaderTransport
import SimulationKit
import Staging
import Station
import TestSupport
import Testing

/// The exhibit speaks the Caora's reference protocol and says what it has, by element 13. Frames by hand, their CRC by Python's
/// binascii.crc_hqx with initial FFFF.
@Suite struct ExhibitTwinTests {
    @Test(arguments: [
        (
            [ExhibitPart](),
            "4B46 01 02 00 000020 02 0001 00 10 0005 322E312E30 11 0001 07 12 0009 455830303030303031 13 0001 0F 71D5"
        ),
        ([.camera, .serialNumber], "4B46 01 02 00 000017 02 0001 00 10 0005 322E312E30 11 0001 07 12 0000 13 0001 0D E6A8"),
    ])
    func helloSaysWhatIsThere(_ missing: [ExhibitPart], _ answer: String) {
        let bench = Bench(ExhibitSimulator(without: Set(missing)))
        #expect(bench.write(hex("4B46 01 01 00 000004 01 0001 01 B9FD"), lane: 1) == .completed)
        #expect(bench.read(lane: 1) == hex(answer))
    }

    @Test(
        "What is not there is refused by status 05",
        arguments: [
            (ExhibitPart.screen, "01 0001 02 04 0004 00000011 20 0001 01"), (.camera, "01 0001 04 04 0004 00000011"),
            (.camera, "01 0001 05 04 0004 00000011 30 0004 00000000 31 0004 00000000 32 0000"), (.facilityName, "01 0001 08 41 0001 41"),
        ])
    func whatIsNotThereIsRefused(_ part: ExhibitPart, _ command: String) {
        for (missing, status) in [([], "00"), ([part], "05")] as [(Set<ExhibitPart>, String)] {
            let bench = Bench(ExhibitSimulator(without: missing))
            #expect(bench.write(Caora.frame(0, hex("01 0001 01")), lane: 1) == .completed)
            _ = bench.read(lane: 1)
            #expect(bench.write(Caora.frame(1, hex(command)), lane: 1) == .completed)
            #expect(bench.read(lane: 1).map { hex($0[8..<12]) } == "020001\(status)")
        }
    }

    @Test func itsInterfacesAreThree() {
        let device = ExhibitSimulator().device
        // pid.codes gives 1209:0010 for tests.
        #expect(Array(device.deviceDescriptor[8..<12]) == hex("0912 1000"))
        #expect(device.configurationDescriptor[4] == 3)
        #expect(ExhibitSimulator(without: [.contactSlot]).device.configurationDescriptor[4] == 2)
    }
}
