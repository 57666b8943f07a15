import ISO7816
import ReaderKit
import ReaderTransport
import Station
import TransmissionProtocols

// A reader that takes TPDUs (USB CCID 1.1 clause 3.2.1): the protocol of the card is the host's, its timing the reader's.

extension CCIDChannel {
    /// A block of T=1 with the field that every card and device can do, and a CRC.
    private static let shortestRoom = 3 + 32 + 2

    /// Whether an APDU of any length reaches the card: T=1 chains, T=0 has ENVELOPE where the card says so.
    var carriesChains: Bool {
        blocks != nil || (try? AnswerToReset(bytes: answerToReset))?.extendedLengthDeclaration == .declared
    }

    // MARK: After the reset

    /// Chooses protocol and rates, tells card and reader, and tells a card with T=1 how long blocks may be.
    func beginProtocol(until deadline: Instant) throws(ReaderError) {
        (blocks, units) = (nil, nil)
        guard lane.mostData >= Self.shortestRoom else {
            throw ReaderError(.readerUnusable, cause: "messages of \(lane.mostData) bytes of data, too short for a block")
        }
        let answer = try parsedAnswerToReset()
        guard try chooseProtocol(answer, until: deadline) == 1 else {
            units = CommandTPDUs(takesEnvelopes: answer.extendedLengthDeclaration == .declared)
            return
        }
        blocks = BlockProtocol(BlockProtocol.Settings(answer, blockSize: lane.mostData))
        // A reader that says no size, or tells the card itself.
        let size = Int(lane.descriptor.maximumIFSD)
        guard size > 0, !lane.descriptor.features.contains(.exchangesIFSD) else { return }
        do throws(ReaderError) { try run(blocks?.announce(fieldSize: size), until: deadline) } catch {
            blocks?.interrupt()
            throw error
        }
    }

    /// Chooses among the protocols that card and reader have, and tells both; the one that they speak now.
    func chooseProtocol(_ answer: AnswerToReset, until deadline: Instant) throws(ReaderError) -> UInt8 {
        let descriptor = lane.descriptor
        if descriptor.features.contains(.negotiatesParameters) {
            return try ask(.getParameters, data: [UInt8]().span, until: deadline).parameter
        }
        // Without a bit rate that follows the parameters, that of the reset stays.
        let device = ProtocolChoice.Device(
            protocols: descriptor.protocols, clock: Int(descriptor.defaultClock) * 1_000,
            rate: descriptor.features.contains(.changesBaudRate) ? Int(descriptor.maximumDataRate) : 0)
        let choice: ProtocolChoice
        do throws(ProtocolChoice.Failure) { choice = try ProtocolChoice(answer, for: device) } catch {
            throw ReaderError(.cardMute, cause: "the card cannot be spoken with: \(error)")
        }
        var rates = choice.rates
        if choice.needsSelection, !descriptor.features.contains(.carriesOutPPS) {
            // Where APDUs are exchanged no PPS of ours reaches the card: the reader sees to the protocol, and the rates stay.
            rates = descriptor.level == .tpdu ? try select(choice, until: deadline) : ProtocolChoice.defaultRates
        }
        let parameters = ProtocolParameters(answer, protocolNumber: choice.number, rates: rates)
        _ = try ask(.setParameters(protocolNumber: choice.number), data: parameters.bytes.span, until: deadline)
        return choice.number
    }

    /// PPS through a reader that does not do it itself (ISO/IEC 7816-3 clause 9); the rates that the card grants.
    private func select(_ choice: ProtocolChoice, until deadline: Instant) throws(ReaderError) -> UInt8 {
        let answer = try ask(.xfrBlock(waiting: 0, level: 0), data: choice.request.span, until: deadline)
        let message = lane.message
        guard let rates = choice.rates(grantedBy: message.span.extracting(answer.data)) else {
            throw ReaderError(.cardMute, cause: "the card refuses the protocol by PPS")
        }
        return rates
    }

    // MARK: APDUs

    /// Sends a command APDU by the protocol of the card; its response.
    func transmitByProtocol(
        _ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant
    ) throws(ReaderError) {
        guard command.count <= APDULimits.command else { throw ReaderError(.commandTooLong, cause: "\(command.count) bytes") }
        do throws(ReaderError) {
            if blocks != nil {
                try run(blocks?.begin(command), until: deadline)
                response.append(contentsOf: blocks?.response ?? [])
            } else {
                try run(units?.begin(command), until: deadline)
                response.append(contentsOf: units?.response ?? [])
            }
        } catch {
            blocks?.interrupt()
            units?.interrupt()
            throw error
        }
    }

    // MARK: T=1

    private func run(_ first: BlockProtocol.Step?, until deadline: Instant) throws(ReaderError) {
        var step = first
        while case .send(let waiting) = step { step = try crossed(waiting, until: deadline) }
        if case .failed(let failure) = step { throw ReaderError(failure) }
    }

    /// Sends the block that is ready and hands on what comes back; errors of the line are the protocol's.
    private func crossed(_ waiting: UInt8, until deadline: Instant) throws(ReaderError) -> BlockProtocol.Step? {
        try checkCard()
        let answer = try sendBlock(waiting, until: deadline)
        switch answer.outcome {
        case .failed(let error) where error.isOfLine && answer.card == .active:
            return blocks?.receiveNothing(isGarbled: error != .cardMute)
        case .failed(let error): throw error.readerError(card: answer.card)
        case .processed, .needsTime:
            let message = lane.message
            return blocks?.receive(message.span.extracting(answer.data))
        }
    }

    /// A function of its own, so that nobody else holds the block when it is overwritten.
    private func sendBlock(_ waiting: UInt8, until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        let block = blocks?.block ?? []
        return try reader.carryOut(.xfrBlock(waiting: waiting, level: 0), on: lane, index, data: block.span, until: deadline)
    }

    // MARK: T=0

    private func run(_ first: CommandTPDUs.Step?, until deadline: Instant) throws(ReaderError) {
        var step = first
        while step == .send {
            try checkCard()
            let answer = try sendUnit(until: deadline)
            let message = lane.message
            step = units?.receive(message.span.extracting(answer.data))
        }
        if case .failed(let failure) = step { throw ReaderError(failure) }
    }

    private func sendUnit(until deadline: Instant) throws(ReaderError) -> ResponseMessage {
        let unit = units?.tpdu ?? []
        guard unit.count <= lane.mostData else { throw ReaderError(.commandTooLong, cause: "a TPDU of \(unit.count) bytes") }
        return try ask(.xfrBlock(waiting: 0, level: 0), data: unit.span, until: deadline)
    }
}

extension ReaderError {
    fileprivate init(_ failure: BlockProtocol.Failure) {
        self =
            switch failure {
            case .cardLost: ReaderError(.cardMute, cause: "the card no longer follows T=1 and has to be reset")
            case .commandUncertain: ReaderError(.inputOutput, cause: "T=1 began anew; the card may have carried the command out")
            case .abortedByCard: ReaderError(.inputOutput, cause: "the card ended a chain of T=1")
            case .responseTooLong: ReaderError(.answerMalformed, cause: "a response APDU of more than \(APDULimits.response) bytes")
            case .endless: ReaderError(.answerMalformed, cause: "a T=1 exchange without end")
            }
    }

    fileprivate init(_ failure: CommandTPDUs.Failure) {
        self =
            switch failure {
            case .notACommand(let error): ReaderError(.commandTooLong, cause: "\(error)")
            case .tooLong: ReaderError(.commandTooLong, cause: "a card with T=0 that does not declare extended length")
            case .malformed(let count): ReaderError(.answerMalformed, cause: "an answer of \(count) bytes by T=0")
            case .endless(let fault): ReaderError(.answerMalformed, cause: "\(fault)")
            }
    }
}
