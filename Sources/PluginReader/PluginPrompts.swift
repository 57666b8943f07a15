import CReaderPlugin
import ReaderKit
import Station

extension PluginReader {
    /// Begins a prompt; `body` tells the plugin its number and returns the status, `nil` for what the plugin does not have.
    func begin(_ question: FacetQuestion, _ body: (_ number: UInt32) -> Int32?) throws(ReaderError) -> PromptID {
        let timeout = question.isShown ? screenTimeout : cameraTimeout
        let prompt = prompts.begin(question, patience: timeout + timeout / 2 + Self.postPatience)
        do throws(ReaderError) {
            let number = prompts.number(of: prompt)
            try call { number.flatMap(body) ?? KAZASU_NOT_SUPPORTED }
        } catch {
            prompts.forget(prompt)
            throw error
        }
        if question.isShown { takeScreen(for: prompt) }
        return prompt
    }

    /// Takes a prompt back.
    public func withdraw(_ prompt: PromptID) {
        guard let number = prompts.number(of: prompt), prompts.forget(prompt) else { return }
        if (try? check()) != nil { device.functions.reader.withdraw?(device.handle, number) }
    }
}
