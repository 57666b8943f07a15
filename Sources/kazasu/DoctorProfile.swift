import CCID
import GenericCCID

extension DoctorUSBReader {
    /// What a reader that hides itself is told of by.
    enum OfferedProfile {
        /// A file for `--profile`, on one line.
        case profile(String)
        /// None that `--profile` takes; why.
        case none(reason: String)
    }

    /// The profile of a reader that hides itself. It is read before it is offered, so that nobody is told to write what is refused.
    var offeredProfile: OfferedProfile {
        switch hidden {
        case nil: return .none(reason: "it does not hide itself")
        case .failure(let fault): return .none(reason: "its class descriptor has \(fault.words)")
        case .success(let descriptor):
            let line = profileLine(ReaderProfile.Interface(descriptor, quirks: [.vendorClass]))
            do throws(ReaderProfileError) { _ = try ReaderProfile.read(Array(line.utf8), path: "profile") } catch {
                return .none(reason: error.reason)
            }
            return .profile(line)
        }
    }

    private func profileLine(_ interface: ReaderProfile.Interface) -> String {
        let protocols = [(CardProtocols.t0, "T=0"), (.t1, "T=1")].filter { interface.protocols.contains($0.0) }.map(\.1)
        let features = String(interface.features, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 8 - features.count)) + features
        let numbers = "features: \(padded), max-message: \(interface.maxMessageLength), max-ifsd: \(interface.maxIFSD)"
        let quirks = interface.quirks.map(\.rawValue).joined(separator: ", ")
        return "{name: X, usb: \"\(id)\", interfaces: "
            + "[{protocols: [\(protocols.joined(separator: ", "))], \(numbers), quirks: [\(quirks)]}]}"
    }
}

extension DescriptorFault {
    /// What is wrong, for the engineer.
    fileprivate var words: String {
        switch self {
        case .wrongLength(let count): "\(count) bytes"
        case .wrongType(let type): "bDescriptorType \(type)"
        case .wrongVersion(let version): "bcdCCID \(String(version, radix: 16))"
        case .noProtocol: "neither T=0 nor T=1 in dwProtocols"
        case .severalLevels: "more than one exchange level in dwFeatures"
        case .messagesTooShort(let length): "dwMaxCCIDMessageLength \(length), without room for data"
        }
    }
}
