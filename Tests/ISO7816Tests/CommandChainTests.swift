import Testing

@testable import ISO7816

/// Command chaining (ISO/IEC 7816-4 clause 5.3.3).
@Suite struct CommandChainTests {
    @Test(arguments: [(0, 1), (1, 1), (254, 1), (255, 1), (256, 2), (510, 2), (511, 3), (65535, 257)])
    func blocksCoverTheDataOnce(count: Int, blocks: Int) throws {
        let chain = try CommandChain(cla: 0x00, dataCount: count)
        #expect(chain.blockCount == blocks)
        let all = Array(chain)
        #expect(all.count == blocks)
        #expect(all.flatMap(\.data) == Array(0..<count))
        #expect(all.allSatisfy { $0.data.count <= 255 })
        #expect(all.dropLast().allSatisfy { $0.cla == 0x10 && !$0.isLast && $0.data.count == 255 })
        #expect(all.last.map { $0.cla == 0x00 && $0.isLast } == true)
    }

    @Test func keepsTheOtherBitsOfTheClass() throws {
        #expect(try CommandChain(cla: 0x8C, dataCount: 3, blockSize: 2).map(\.cla) == [0x9C, 0x8C])
        #expect(try CommandChain(cla: 0x14, dataCount: 3, blockSize: 2).map(\.cla) == [0x14, 0x04])
    }

    @Test func refusesSizesThatNoCommandCarries() {
        for size in [0, -1, 65536, Int.max] {
            #expect(throws: APDUError.blockSizeOutOfRange(size)) { try CommandChain(cla: 0, dataCount: 1, blockSize: size) }
        }
        #expect(throws: APDUError.dataTooLong(-1)) { try CommandChain(cla: 0, dataCount: -1) }
    }

    @Test func longestChainDoesNotOverflow() throws {
        var chain = try CommandChain(cla: 0, dataCount: Int.max, blockSize: 65535)
        #expect(chain.next()?.data == 0..<65535)
        #expect(chain.blockCount == Int.max / 65535 + 1)
    }
}
