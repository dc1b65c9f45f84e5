plugins {
    java
    jacoco
}
java { toolchain { languageVersion = JavaLanguageVersion.of(25) } }
tasks.jacocoTestReport { reports { xml.required = true } }
// sourceCompatibility = JavaVersion.VERSION_1_8
