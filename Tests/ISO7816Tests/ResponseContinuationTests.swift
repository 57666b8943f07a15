import SimulationKit
import Testing

@testable import ISO7816

/// What follows `61xx` and `6Cxx` (ISO/IEC 7816-4 clauses 5.3.4 and 5.6).
@Suite struct ResponseContinuationTests {
    /// Steps for a series of status word and data count.
    func steps(expected: Int, _ answers: [(UInt16, Int)]) -> [ResponseContinuation.Step] {
        var rules = ResponseContinuation(expected: expected)
        return answers.map { rules.next(after: StatusWord(rawValue: $0.0), dataCount: $0.1) }
    }

    @Test func otherStatusWordsEndTheCommand() {
        for status in [0x9000, 0x6A82, 0x6282, 0x63C2, 0x6700, 0x6984] as [UInt16] {
            #expect(steps(expected: 256, [(status, 0)]) == [.done])
        }
    }

    @Test func fetchesTheRest() {
        #expect(steps(expected: 256, [(0x6110, 0), (0x9000, 16)]) == [.getResponse(expected: 16), .done])
        #expect(
            steps(expected: 65536, [(0x6100, 256), (0x6100, 256), (0x6103, 256), (0x9000, 3)])
                == [.getResponse(expected: 256), .getResponse(expected: 256), .getResponse(expected: 3), .done])
    }

    @Test func countsTheData() {
        var rules = ResponseContinuation(expected: 65536)
        _ = rules.next(after: StatusWord(rawValue: 0x6105), dataCount: 256)
        _ = rules.next(after: .success, dataCount: 5)
        #expect(rules.dataCount == 261)
    }

    @Test func correctsTheLengthOnce() {
        #expect(steps(expected: 256, [(0x6C10, 0), (0x9000, 16)]) == [.resend(expected: 16), .done])
        #expect(steps(expected: 65536, [(0x6C00, 0), (0x9000, 256)]) == [.resend(expected: 256), .done])
        #expect(steps(expected: 256, [(0x6C10, 0), (0x6C10, 0)]) == [.resend(expected: 16), .failed(.repeatedWrongLength)])
        #expect(steps(expected: 256, [(0x6C10, 0), (0x6C11, 0)]) == [.resend(expected: 16), .failed(.repeatedWrongLength)])
        #expect(steps(expected: 256, [(0x6C10, 1)]) == [.failed(.dataWithWrongLength)])
    }

    @Test func correctsTheLengthOfGetResponse() {
        #expect(
            steps(expected: 256, [(0x6120, 0), (0x6C18, 0), (0x9000, 24)])
                == [.getResponse(expected: 32), .getResponse(expected: 24), .done])
        #expect(
            steps(expected: 256, [(0x6C20, 0), (0x6120, 0), (0x6C18, 0), (0x9000, 24)])
                == [.resend(expected: 32), .getResponse(expected: 32), .getResponse(expected: 24), .done])
    }

    @Test func neverSendsACommandWithoutLeAgain() {
        #expect(steps(expected: 0, [(0x6C10, 0)]) == [.done])
    }

    @Test func refusesToWaitForData() {
        #expect(steps(expected: 256, [(0x6110, 0), (0x6110, 0)]) == [.getResponse(expected: 16), .failed(.noProgress)])
        #expect(
            steps(expected: 256, [(0x6110, 5), (0x6110, 0), (0x6110, 0)])
                == [.getResponse(expected: 16), .getResponse(expected: 16), .failed(.noProgress)])
        #expect(
            steps(expected: 256, [(0x6110, 0), (0x6C08, 0), (0x6110, 0)])
                == [.getResponse(expected: 16), .getResponse(expected: 8), .failed(.noProgress)])
    }

    @Test func boundsTheData() {
        #expect(steps(expected: 65536, [(0x9000, 65536)]) == [.done])
        #expect(steps(expected: 65536, [(0x9000, 65537)]) == [.failed(.tooMuchData)])
        #expect(steps(expected: 65536, [(0x6100, 65536)]) == [.failed(.tooMuchData)])
        #expect(steps(expected: 65536, [(0x6100, 65530), (0x9000, 6)]) == [.getResponse(expected: 6), .done])
        #expect(steps(expected: 65536, [(0x6100, 65530), (0x9000, 7)]) == [.getResponse(expected: 6), .failed(.tooMuchData)])
        #expect(steps(expected: 65536, [(0x9000, Int.max)]) == [.failed(.tooMuchData)])
        #expect(steps(expected: 65536, [(0x6100, 1), (0x9000, Int.max)]).last == .failed(.tooMuchData))
        #expect(steps(expected: 65536, [(0x9000, -1)]) == [.failed(.tooMuchData)])
    }

    @Test func boundsTheSteps() {
        let drip = [(UInt16, Int)](repeating: (0x6101, 1), count: ResponseContinuation.maximumSteps + 1)
        let all = steps(expected: 256, drip)
        #expect(all.dropLast().allSatisfy { $0 == .getResponse(expected: 1) })
        #expect(all.last == .failed(.tooManySteps))
    }

    /// Whatever a card answers, the exchange ends within the bounds.
    @Test func endsAgainstAnyCard() {
        var random = SeededGenerator(seed: 7816)
        for _ in 0..<2000 {
            let expected = [0, 1, 256, 65536].randomElement(using: &random) ?? 0
            var rules = ResponseContinuation(expected: expected)
            var commands = 1
            while true {
                let sw1 = ([0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x6C, 0x90] as [UInt8]).randomElement(using: &random) ?? 0
                let status = StatusWord(sw1: sw1, sw2: UInt8.random(in: 0...255, using: &random))
                let step = rules.next(after: status, dataCount: Int.random(in: 0...300, using: &random))
                #expect(rules.dataCount <= ResponseContinuation.maximumData)
                switch step {
                case .getResponse(let length), .resend(let length): #expect((1...256).contains(length))
                case .done, .failed: break
                }
                guard step != .done, !step.isFailure else { break }
                commands += 1
            }
            #expect(commands <= ResponseContinuation.maximumSteps + 1)
        }
    }
}

extension ResponseContinuation.Step {
    fileprivate var isFailure: Bool { if case .failed = self { true } else { false } }
}
