import ReaderTransport
import Testing

/// The text of a UUID: RFC 9562 clause 4.
@Suite struct GATTProfileTests {
    @Test func theTextOfRFC9562IsReadAndWritten() throws {
        // The example of RFC 9562 clause 4.
        let uuid = try #require(GATTUUID("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"))
        #expect(uuid.bytes == [0xF8, 0x1D, 0x4F, 0xAE, 0x7D, 0xEC, 0x11, 0xD0, 0xA7, 0x65, 0x00, 0xA0, 0xC9, 0x1E, 0x6B, 0xF6])
        #expect(uuid.description == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
        #expect(GATTUUID(uuid.description) == uuid)
        #expect(GATTUUID(bytes: uuid.bytes) == uuid)
        #expect(GATTUUID(bytes: Array(uuid.bytes.dropLast())) == nil)
    }

    @Test(arguments: [
        "", "f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6-", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}", "f81d4fae-7dec-11d0-a76500a0-c91e6bf6",
        "+81d4fae-7dec-11d0-a765-00a0c91e6bf6", "é1d4fae-7dec-11d0-a765-00a0c91e6bf6",
    ])
    func anythingElseIsRefused(_ text: String) { #expect(GATTUUID(text) == nil) }
}
