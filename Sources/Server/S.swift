import Hummingbird
let a = PackageResources.index_html
