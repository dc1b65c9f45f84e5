dotnet test --no-restore --configuration Release
