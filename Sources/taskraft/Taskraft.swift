import ArgumentParser

@main
struct Taskraft: AsyncParsableCommand {
}
