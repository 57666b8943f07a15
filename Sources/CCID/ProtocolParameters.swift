import ISO7816

/// The structure that follows PC_to_RDR_SetParameters (USB CCID 1.1 clause 6.1.7), from what a card's answer to reset says.
struct ProtocolParameters: Equatable {
    /// `bProtocolNum`.
    let protocolNumber: UInt8
    /// `abProtocolDataStructure`.
    let bytes: [UInt8]

    /// The parameters of a protocol, 0 or 1, at these rates (Fi and Di as in TA1).
    init(_ answer: AnswerToReset, protocolNumber: UInt8, rates: UInt8) {
        let inverse: UInt8 = answer.convention == .inverse ? 0x02 : 0
        let clockStop: UInt8 =
            switch answer.clockStop {
            case .notSupported: 0
            case .stateLow: 1
            case .stateHigh: 2
            case .noPreference: 3
            }
        self.protocolNumber = protocolNumber
        if protocolNumber == 1 {
            let check: UInt8 = answer.errorDetection == .cyclicRedundancy ? 1 : 0
            bytes = [
                rates, 0x10 | inverse | check, answer.extraGuardTime, answer.blockWaitingInteger << 4 | answer.characterWaitingInteger,
                clockStop, answer.informationFieldSize, 0,
            ]
        } else {
            bytes = [rates, inverse, answer.extraGuardTime, answer.waitingTimeInteger, clockStop]
        }
    }
}
