import ISO7816

// What comes back, and what follows from it (ISO/IEC 7816-3 clause 11.6).

extension BlockProtocol {
    /// What came after `block` was sent; it may be anything.
    public mutating func receive(_ bytes: Span<UInt8>) -> Step {
        guard phase != .idle, phase != .dead else { return .failed(.cardLost) }
        let read: Block
        do throws(Block.Fault) { read = try Block(bytes, settings.errorDetection) } catch { return failed(error) }
        hasBegun = true
        idle += 1
        guard idle <= Self.mostIdle else { return fail(.endless) }
        switch read.kind {
        case .information(let sequence, let more): return information(sequence, more, bytes.extracting(read.field))
        case .receiveReady(let next): return receiveReady(next)
        case .request(let service): return request(service, bytes.extracting(read.field))
        case .response(let service): return response(service, bytes.extracting(read.field))
        }
    }

    /// Nothing came in the block waiting time, or nothing that the line could read.
    public mutating func receiveNothing(isGarbled: Bool) -> Step {
        guard phase != .idle, phase != .dead else { return .failed(.cardLost) }
        return failed(isGarbled ? .transmission : .other)
    }

    private mutating func forward() { (failures, idle) = (0, 0) }

    // MARK: I-blocks

    private mutating func information(_ sequence: UInt8, _ more: Bool, _ field: Span<UInt8>) -> Step {
        guard sequence == receiveNumber else { return failed(.other) }
        switch phase {
        case .sending:
            // It acknowledges the last block of the command, and cannot come before that.
            guard offset + size == command.count, isWhole else { return failed(.other) }
            sendNumber ^= 1
            command.forget()
            phase = .receiving
        case .receiving: break
        case .yielding:
            receiveNumber ^= 1
            return fail(.abortedByCard)
        case .asking, .idle, .dead: return failed(.other)
        }
        forward()
        receiveNumber ^= 1
        guard response.count + field.count <= APDULimits.response else {
            return more ? ask(.abortion) : fail(.responseTooLong)
        }
        field.withUnsafeBufferPointer { response.append(contentsOf: $0) }
        if more { return sendReceiveReady() }
        end(.idle)
        return .finished
    }

    // MARK: R-blocks

    private mutating func receiveReady(_ next: UInt8) -> Step {
        switch phase {
        case .sending where next == sendNumber:
            // The card has not got the block (rule 7.3).
            failures += 1
            return failures < Self.attempts ? sendInformation(again: true) : resynchronize()
        case .sending where offset + size < command.count:
            // It has, and the chain goes on (rule 5).
            forward()
            offset += size
            sendNumber ^= 1
            return sendInformation()
        case .sending where lastSent == .response, .receiving where lastSent == .response:
            // It has not got the S(... response).
            failures += 1
            return failures < Self.attempts ? repeated() : resynchronize()
        case .yielding:
            sendNumber = next
            return fail(.abortedByCard)
        case .sending, .receiving, .asking, .idle, .dead: return failed(.other)
        }
    }

    // MARK: S-blocks

    private mutating func request(_ service: Block.Service, _ field: Span<UInt8>) -> Step {
        guard phase == .sending || phase == .receiving || (phase == .yielding && service == .abortion) else { return failed(.other) }
        switch service {
        // Only the device resynchronizes (rule 6).
        case .resynchronization: return failed(.other)
        case .fieldSize:
            failures = 0
            fieldSize = min(Int(field[0]), settings.room)
            return answer(service, field[0])
        case .waitingTime:
            failures = 0
            return answer(service, field[0])
        case .abortion:
            // A card that gave the command up does not get it again.
            (phase, isWhole) = (.yielding, true)
            return answer(service)
        }
    }

    private mutating func response(_ service: Block.Service, _ field: Span<UInt8>) -> Step {
        guard phase == .asking(service) else { return failed(.other) }
        switch service {
        case .fieldSize:
            // The size that was asked for, or it is no answer (rule 4).
            guard field[0] == block[3] else { return failed(.other) }
            end(.idle)
            return .finished
        case .abortion: return fail(.responseTooLong)
        case .resynchronization: return beginAgain()
        // The device never asks for time.
        case .waitingTime: return failed(.other)
        }
    }

    /// Rule 6.3: as after the reset. The command goes again only where its last block has never been sent.
    private mutating func beginAgain() -> Step {
        (sendNumber, receiveNumber, isOutOfStep) = (0, 0, false)
        fieldSize = min(Int(settings.fieldSize), settings.room)
        forward()
        guard !isWhole else { return fail(.commandUncertain) }
        response.removeAll(keepingCapacity: true)
        (offset, phase) = (0, .sending)
        return sendInformation()
    }
}
