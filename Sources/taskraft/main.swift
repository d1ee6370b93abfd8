import ArgumentParser
import Configuration
import Yams
import ServiceLifecycle
print("hi")
