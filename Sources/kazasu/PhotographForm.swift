import Diagnosis
import Photograph

/// In which form a photograph is written, by the end of the file's name.
enum PhotographForm: String {
    /// The card's own image, JPEG 2000, as it is.
    case jp2
    /// Decoded, as PNG.
    case png
    /// Decoded, as a portable greymap, which needs no decoder at all.
    case pgm

    /// `nil` for any other ending.
    init?(path: String) {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        self.init(rawValue: path[path.index(after: dot)...].lowercased())
    }

    /// The file's bytes. Throws where the card's image cannot be decoded.
    func bytes(of photograph: [UInt8]) throws(PhotographError) -> [UInt8] {
        switch self {
        case .jp2: photograph
        case .png: try GreyImage(jp2: photograph).png()
        case .pgm: try GreyImage(jp2: photograph).pgm
        }
    }
}
